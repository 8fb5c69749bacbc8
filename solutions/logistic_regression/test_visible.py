"""The lesson's own numbers: a first look at your work, not yet the grade."""

import itertools

import torch

from grader import about, close_to, printing

X_DATA = torch.tensor([[1.0], [2.0], [3.0], [4.0]])
Y_DATA = torch.tensor([[0.0], [0.0], [1.0], [1.0]])
X_TEST = torch.tensor([[7.0]])
PREDICTIONS = [0.2, 0.8, 0.1, 0.9]
LABELS = [1, 1, 0, 0]
TERMS = [1.6094379124341003, 0.2231435513142097, 0.10536051565782628, 2.302585092994046]


def fresh_model(student):
    """Return a new model of the student's."""
    model = student.Model()
    assert callable(model)
    return model


def decided_model(student):
    """Return a model that is sure of every row, wherever a new one starts."""
    model = fresh_model(student)
    numbers = itertools.cycle([1.0, -2.6])
    model.load(
        [
            torch.tensor([next(numbers) for _ in range(p.numel())]).reshape(p.shape)
            for p in model.parameters()
        ]
    )
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


def test_forward_is_4_at_4(student):
    """With w = 1 and b = 0, forward(w, 4, b) is 4."""
    assert student.forward(1, 4, 0) == close_to(4)


def test_sigmoid_is_a_half_at_0(student):
    """sigmoid([0, 1000, -1000]) is 0.5, 1 and 0."""
    assert student.sigmoid([0, 1000, -1000]) == close_to([0.5, 1, 0])


def test_ce_loss_of_the_lesson_s_example(student):
    """CE_Loss([0.2, 0.8, 0.1, 0.9], [1, 1, 0, 0]) is 1.0601, and nothing is printed."""
    call = student.CE_Loss.call(PREDICTIONS, LABELS)

    assert call.value == close_to(1.0601317681000455)
    assert call.printed == ""


def test_ce_loss_prints_the_lesson_s_terms(student):
    """With p=True, CE_Loss prints the terms and returns the same number."""
    call = student.CE_Loss.call(PREDICTIONS, LABELS, True)

    assert call.value == close_to(1.0601317681000455)
    assert call.printed == printing(TERMS)


@about("Model")
def test_model_gives_one_probability_per_row(student):
    """model(x) has one number between 0 and 1 per row of the lesson's data."""
    value = outputs(fresh_model(student))

    assert tuple(value.shape) == (4, 1)
    assert all(0 < number < 1 for number in value.flatten().tolist())


@about("train", "predict", "Model")
def test_training_finds_that_7_is_class_1(student):
    """After 1000 epochs on the lesson's data, class 1 is likely at 7: above 0.85."""
    model = fresh_model(student)
    losses = student.train(model, X_DATA, Y_DATA)

    assert student.predict(model, X_TEST) == close_to(0.95, rtol=0.1)
    assert losses == any_numbers(1000)


@about("predict", "Model")
def test_predict_gives_what_the_model_gives(student):
    """predict(model, x) is model(x), without its graph."""
    model = fresh_model(student)
    expected = outputs(model)
    value = student.predict(model, X_DATA)

    assert value == close_to(expected, shape=(4, 1))
    assert not getattr(value, "requires_grad", False)


@about("classify", "Model")
def test_classify_rounds_what_the_model_gives(student):
    """classify(model, x) is 0. or 1., the rounded probability."""
    model = decided_model(student)
    expected = outputs(model)
    value = student.classify(model, X_DATA)

    assert value == close_to(expected.round(), shape=(4, 1))
