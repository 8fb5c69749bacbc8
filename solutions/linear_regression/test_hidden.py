"""The checks that decide the grade of `linear_regression`: other data, other starts."""

import torch

from grader import about, close_to, points

X_DATA = torch.tensor([[1.0], [2.0], [3.0]])
Y_DATA = torch.tensor([[2.0], [4.0], [6.0]])
ZERO_AND_ONE = torch.tensor([[0.0], [1.0]])
# Where a model's outputs tell its weight from its bias.
APART = torch.tensor([[-1.7], [0.6], [2.9]])


def column(numbers):
    """Return numbers as a float tensor of shape [n, 1]."""
    return torch.tensor(numbers).reshape(-1, 1)


def line(reference, weight, bias):
    """Return the reference's model with this weight and this bias."""
    model = reference.Model()
    with torch.no_grad():
        model.linear.weight.fill_(weight)
        model.linear.bias.fill_(bias)
    return model


def fresh_model(student):
    """Return a new model of the student's."""
    model = student.Model()
    assert callable(model)
    return model


def twins(student, reference, weight, bias):
    """Return the student's model and the reference's, with the same start."""
    expected = line(reference, weight, bias)
    model = fresh_model(student)
    model.start_like(expected, at=APART)
    return model, expected


def fresh_run(draw, reference, n, epochs):
    """Return noisy data and a rate at which the loss is still falling, visibly.

    A run that has arrived, or that flies apart, looks alike for many mistakes.
    """
    while True:
        x, y = map(column, draw.line(n, noise=1.0))
        rate = draw.rate(0.012, 0.03)
        ends = [
            reference.train(line(reference, weight, 0.4), x, y, rate, epochs)
            for weight in (-1, 1)
        ]
        if all(1.02 * end[-1] < end[-2] < end[0] and end[0] < 1e3 for end in ends):
            return x, y, rate


def probe(draw, expected, n=3):
    """Return n inputs, [n, 1], at which the expected model is not close to 0.

    The sum of nearly opposite numbers has few digits left to compare.
    """
    for _ in range(50):
        x = column(draw.reals(n))
        if expected(x).abs().min() > 0.3:
            break
    return x


def line_through(value):
    """Return weight and bias of the line with these outputs at 0 and 1, or null."""
    if not isinstance(value, torch.Tensor) or not value.is_floating_point():
        return None
    if value.numel() != 2 or not (value.abs() < 1e3).all():
        return None
    at_0, at_1 = value.flatten().tolist()
    return at_1 - at_0, at_0


@points(1.5)
@about("Model")
def test_model_is_a_line_with_a_weight_and_a_bias(student, reference, draw):
    """model(x) is w x + b, whatever the weight and the bias are."""
    for weight in draw.starts():
        model, expected = twins(student, reference, weight, draw.real())
        x = probe(draw, expected)

        assert model(x) == close_to(expected(x))


@points(0.5)
@about("Model")
def test_model_gives_one_output_per_row(student, reference, draw):
    """model(x) has the shape of x, [n, 1], for one row and for many."""
    model, expected = twins(student, reference, draw.start(), draw.real())
    for n in (1, 4, 7):
        x = probe(draw, expected, n)

        assert model(x) == close_to(expected(x), shape=(n, 1))


@points(1)
@about("train", "Model")
def test_train_learns_the_lesson(student, reference, draw):
    """On the lesson's data train ends where SGD ends, from two different starts."""
    for weight in draw.starts():
        model, expected = twins(student, reference, weight, draw.start())
        student.train(model, X_DATA, Y_DATA, epochs=5)
        reference.train(expected, X_DATA, Y_DATA, lr=0.01, epochs=5)
        x = probe(draw, expected)

        assert model(x) == close_to(expected(x))


@points(1.5)
@about("train", "Model")
def test_train_ends_where_sgd_ends(student, reference, draw):
    """On noisy data, with another rate, train ends where SGD ends."""
    x, y, rate = fresh_run(draw, reference, n=5, epochs=7)
    for weight in draw.starts():
        model, expected = twins(student, reference, weight, draw.start())
        student.train(model, x, y, lr=rate, epochs=7)
        reference.train(expected, x, y, lr=rate, epochs=7)
        at = probe(draw, expected)

        assert model(at) == close_to(expected(at))


@points(1.5)
@about("train", "Model")
def test_train_returns_one_loss_per_epoch(student, reference, draw):
    """train returns each epoch's sum of squared errors, taken before its update."""
    x, y, rate = fresh_run(draw, reference, n=4, epochs=12)
    for weight, epochs in zip(draw.starts(), (12, 3), strict=True):
        model, expected = twins(student, reference, weight, draw.start())
        losses = student.train(model, x, y, rate, epochs)

        assert losses == close_to(reference.train(expected, x, y, rate, epochs))


@points(1)
@about("train", "Model")
def test_train_goes_on_from_where_the_model_is(student, reference, draw):
    """train changes the model it is given, and a second call goes on from there."""
    x, y, rate = fresh_run(draw, reference, n=6, epochs=7)
    model, expected = twins(student, reference, draw.start(), draw.start())
    other, untouched = twins(student, reference, draw.start(), draw.start())
    for epochs in (4, 3):
        student.train(model, x, y, lr=rate, epochs=epochs)
        reference.train(expected, x, y, lr=rate, epochs=epochs)
        at = probe(draw, expected)

        assert model(at) == close_to(expected(at))
    assert other(APART) == close_to(untouched(APART))


@points(0.5)
@about("train", "Model")
def test_train_is_right_from_the_model_s_own_start(student, reference, draw):
    """From the start that Model() itself chooses, train ends where SGD ends."""
    x, y, rate = fresh_run(draw, reference, n=5, epochs=6)
    model = fresh_model(student)
    start = line_through(model(ZERO_AND_ONE))

    assert start is not None

    expected = line(reference, *start)
    losses = student.train(model, x, y, lr=rate, epochs=6)
    at = probe(draw, expected)

    assert losses == close_to(reference.train(expected, x, y, lr=rate, epochs=6))
    assert model(at) == close_to(expected(at))


@points(0.5)
@about("train", "Model")
def test_train_leaves_its_data_alone(student, reference, draw):
    """train does not change the tensors it is given."""
    x, y, rate = fresh_run(draw, reference, n=4, epochs=3)
    call = student.train.call(fresh_model(student), x.clone(), y.clone(), rate, 3)

    assert call.arguments[1] == close_to(x, shape=(4, 1))
    assert call.arguments[2] == close_to(y, shape=(4, 1))


@points(1)
@about("predict", "Model")
def test_predict_is_what_the_model_returns(student, reference, draw):
    """predict(model, x) is model(x), row by row, of shape [n, 1]."""
    for weight, n in zip(draw.starts(), (3, 6), strict=True):
        model, expected = twins(student, reference, weight, draw.real())
        x = probe(draw, expected, n)

        assert student.predict(model, x) == close_to(expected(x), shape=(n, 1))


@points(0.5)
@about("predict", "Model")
def test_predict_leaves_no_graph(student, reference, draw):
    """What predict returns does not require grad."""
    model, expected = twins(student, reference, draw.start(), draw.real())
    value = student.predict(model, APART)

    assert value == close_to(expected(APART))
    assert not getattr(value, "requires_grad", False)


@points(0.5)
@about("predict", "Model")
def test_predict_changes_nothing(student, reference, draw):
    """predict leaves the model and its input as they were."""
    model, expected = twins(student, reference, draw.start(), draw.real())
    x = probe(draw, expected)
    call = student.predict.call(model, x.clone())

    assert call.value == close_to(expected(x))
    assert call.arguments[1] == close_to(x)
    assert model(x) == close_to(expected(x))
