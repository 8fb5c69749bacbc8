"""The lesson's own numbers: a first look at your work, not yet the grade."""

import torch

from grader import about, close_to

X_DATA = torch.tensor([[1.0], [2.0], [3.0]])
Y_DATA = torch.tensor([[2.0], [4.0], [6.0]])
X_TEST = torch.tensor([[4.0]])


def fresh_model(student):
    """Return a new model of the student's."""
    model = student.Model()
    assert callable(model)
    return model


def outputs(model):
    """Return what a model gives for the lesson's data, a float tensor."""
    value = model(X_DATA)
    assert isinstance(value, torch.Tensor)
    assert value.is_floating_point()
    return value


def any_numbers(n):
    """Equals n numbers, whichever: a random start has losses of its own."""
    return close_to([1.0] * n, rtol=1e9)


@about("Model")
def test_model_learns_two_numbers(student):
    """Model() has two numbers to learn, one weight and one bias."""
    parameters = fresh_model(student).parameters()

    assert all(isinstance(parameter, torch.Tensor) for parameter in parameters)
    assert sum(parameter.numel() for parameter in parameters) == 2


@about("Model")
def test_model_predicts_once_per_row(student):
    """model(x) has one prediction per row: shape [3, 1] for the lesson's data."""
    value = outputs(fresh_model(student))

    assert tuple(value.shape) == (3, 1)


@about("train", "predict", "Model")
def test_training_brings_the_prediction_at_4_close_to_8(student):
    """After 500 epochs on the lesson's data the model predicts about 8 at 4."""
    model = fresh_model(student)
    losses = student.train(model, X_DATA, Y_DATA)

    assert student.predict(model, X_TEST) == close_to(8, rtol=2e-2)
    assert losses == any_numbers(500)


@about("predict", "Model")
def test_predict_gives_what_the_model_gives(student):
    """predict(model, x) is model(x), without its graph."""
    model = fresh_model(student)
    expected = outputs(model)
    value = student.predict(model, X_DATA)

    assert value == close_to(expected, shape=(3, 1))
    assert not getattr(value, "requires_grad", False)
