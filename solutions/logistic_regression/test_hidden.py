"""The checks that decide the grade of `logistic_regression`: other data and starts."""

import numpy as np
import torch

from grader import about, close_to, points, printing

X_DATA = torch.tensor([[1.0], [2.0], [3.0], [4.0]])
Y_DATA = torch.tensor([[0.0], [0.0], [1.0], [1.0]])
ZERO_AND_ONE = torch.tensor([[0.0], [1.0]])
# Where a model's outputs tell its weight from its bias.
APART = torch.tensor([[-1.7], [0.6], [2.9]])


def column(numbers):
    """Return numbers as a float tensor of shape [n, 1]."""
    return torch.tensor(numbers).reshape(-1, 1)


def curve(reference, weight, bias):
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
    expected = curve(reference, weight, bias)
    model = fresh_model(student)
    model.start_like(expected, at=APART)
    return model, expected


def fresh_run(draw, n):
    """Return noisy data, [n, 1] each, and a rate."""
    return column(draw.reals(n)), column(draw.labels(n)), draw.rate(0.15, 0.4)


def clear_inputs(draw, weight, bias):
    """Return inputs of which the model is surely not in two minds, but nearly.

    Their probabilities lie to both sides of a half, some less than 0.1 away from it.
    """
    near, far = 0.25 + 0.02 * draw.positive(), 0.5 + draw.positive()
    logits = [near, -far, -near, far, -near]
    return column([round((z - bias) / weight, 3) for z in logits])


def curve_through(value):
    """Return weight and bias of the curve with these outputs at 0 and 1, or null."""
    if not isinstance(value, torch.Tensor) or not value.is_floating_point():
        return None
    if value.numel() != 2 or not ((value > 0.01) & (value < 0.99)).all():
        return None
    at_0, at_1 = value.flatten().double().logit().tolist()
    return at_1 - at_0, at_0


def sure_and_unsure(draw, n):
    """Return n + 4 predictions and their labels; four predictions are very confident."""
    confident = [0.004, 0.006, 0.994, 0.996]
    return draw.probabilities(n) + confident, draw.labels(n) + [1.0, 0.0, 0.0, 1.0]


@points(0.5)
def test_forward_is_weight_times_input_plus_bias(student, reference, draw):
    """forward(w, x, b) is w x + b, for numbers of either sign."""
    for sign in (1, -1):
        w, x, b = sign * draw.positive(), draw.real(), draw.real()

        assert student.forward(w, x, b) == close_to(reference.forward(w, x, b))


@points(0.5)
def test_forward_takes_whole_numbers_and_arrays(student, reference, draw):
    """forward(w, x, b) is right for whole numbers, and for arrays of inputs."""
    whole = draw.integer(), draw.integer(), draw.integer()

    assert student.forward(*whole) == close_to(reference.forward(*whole))

    for shape in ((4,), (2, 3)):
        w, x, b = draw.real(), draw.array(shape), draw.real()

        assert student.forward(w, x, b) == close_to(
            reference.forward(w, x, b), shape=shape
        )


@points(0.5)
def test_sigmoid_takes_lists(student, reference, draw):
    """sigmoid(Z) is right for lists of decimal and of whole numbers."""
    for numbers in (draw.reals(5), [draw.integer(), draw.integer(), 0]):
        assert student.sigmoid(numbers) == close_to(reference.sigmoid(numbers))


@points(0.5)
def test_sigmoid_keeps_the_shape(student, reference, draw):
    """sigmoid(Z) is right for arrays, and has the shape of Z."""
    for shape in ((4,), (3, 1), (2, 3)):
        Z = draw.array(shape)

        assert student.sigmoid(Z) == close_to(reference.sigmoid(Z), shape=shape)


@points(0.5)
def test_sigmoid_is_right_far_from_0(student, draw):
    """sigmoid(Z) is 1 at 1000 and 0 at -1000."""
    z = draw.real()
    middle = 1 / (1 + np.exp(-z))

    assert student.sigmoid([1000, z, -1000]) == close_to([1, middle, 0])
    assert student.sigmoid(np.array([-1000.0, 1000.0])) == close_to([0, 1])


@points(0.25)
def test_sigmoid_leaves_its_input_alone(student, reference, draw):
    """sigmoid(Z) is right, and Z is afterwards what it was."""
    for Z in (draw.array((2, 3)), draw.reals(4)):
        call = student.sigmoid.call(
            np.copy(Z) if isinstance(Z, np.ndarray) else list(Z)
        )

        assert call.value == close_to(reference.sigmoid(Z))
        assert call.arguments[0] == close_to(Z)


@points(0.75)
def test_ce_loss_is_the_mean_cross_entropy(student, reference, draw):
    """CE_Loss is the mean of the samples' terms, for lists of several lengths."""
    for n in (3, 6):
        yhat, y = draw.probabilities(n), draw.labels(n)

        assert student.CE_Loss(yhat, y) == close_to(reference.CE_Loss(yhat, y))


@points(0.25)
def test_ce_loss_takes_arrays_and_sure_predictions(student, reference, draw):
    """CE_Loss is right for arrays, also where predictions are close to 0 or 1."""
    yhat, y = map(np.array, sure_and_unsure(draw, 5))
    call = student.CE_Loss.call(yhat.copy(), y.copy())

    assert call.value == close_to(reference.CE_Loss(yhat, y))
    assert call.arguments[0] == close_to(yhat)
    assert call.arguments[1] == close_to(y)


@points(0.5)
def test_ce_loss_prints_when_asked(student, reference, draw):
    """With p, CE_Loss prints each sample's term and returns the same number."""
    yhat, y = draw.probabilities(5), [int(label) for label in draw.labels(5)]
    expected = reference.CE_Loss(yhat, y)
    terms = [-np.log(p if label else 1 - p) for p, label in zip(yhat, y, strict=True)]
    for call in (
        student.CE_Loss.call(yhat, y, True),
        student.CE_Loss.call(yhat, y, p=True),
    ):
        assert call.value == close_to(expected)
        assert call.printed == printing(terms)


@points(0.25)
def test_ce_loss_is_silent_unless_asked(student, reference, draw):
    """Without p, CE_Loss prints nothing."""
    yhat, y = draw.probabilities(5), draw.labels(5)
    expected = reference.CE_Loss(yhat, y)
    for call in (
        student.CE_Loss.call(yhat, y),
        student.CE_Loss.call(yhat, y, False),
        student.CE_Loss.call(yhat, y, p=False),
    ):
        assert call.value == close_to(expected)
        assert call.printed == ""


@points(0.75)
@about("Model")
def test_model_is_a_sigmoid_of_a_line(student, reference, draw):
    """model(x) is the sigmoid of w x + b, whatever the weight and the bias are."""
    for weight in draw.starts():
        model, expected = twins(student, reference, weight, draw.real())
        x = column(draw.reals(5))

        assert model(x) == close_to(expected(x))


@points(0.25)
@about("Model")
def test_model_gives_one_output_per_row(student, reference, draw):
    """model(x) has the shape of x, [n, 1], for one row and for many."""
    model, expected = twins(student, reference, draw.start(), draw.real())
    for n in (1, 4, 7):
        x = column(draw.reals(n))

        assert model(x) == close_to(expected(x), shape=(n, 1))


@points(0.25)
@about("train", "Model")
def test_train_learns_the_lesson(student, reference, draw):
    """On the lesson's data train ends where SGD ends, from two different starts."""
    for weight in draw.starts():
        model, expected = twins(student, reference, weight, draw.start())
        student.train(model, X_DATA, Y_DATA, epochs=5)
        reference.train(expected, X_DATA, Y_DATA, lr=0.01, epochs=5)

        assert model(X_DATA) == close_to(expected(X_DATA))


@points(0.75)
@about("train", "Model")
def test_train_ends_where_sgd_ends(student, reference, draw):
    """On noisy data, with another rate, train ends where SGD ends."""
    x, y, rate = fresh_run(draw, n=5)
    for weight in draw.starts():
        model, expected = twins(student, reference, weight, draw.start())
        student.train(model, x, y, lr=rate, epochs=7)
        reference.train(expected, x, y, lr=rate, epochs=7)
        at = column(draw.reals(4))

        assert model(at) == close_to(expected(at))


@points(0.75)
@about("train", "Model")
def test_train_returns_one_loss_per_epoch(student, reference, draw):
    """train returns each epoch's mean cross entropy, taken before its update."""
    x, y, rate = fresh_run(draw, n=4)
    for weight, epochs in zip(draw.starts(), (12, 3), strict=True):
        model, expected = twins(student, reference, weight, draw.start())
        losses = student.train(model, x, y, rate, epochs)

        assert losses == close_to(reference.train(expected, x, y, rate, epochs))


@points(0.5)
@about("train", "Model")
def test_train_goes_on_from_where_the_model_is(student, reference, draw):
    """train changes the model it is given, and a second call goes on from there."""
    x, y, rate = fresh_run(draw, n=6)
    model, expected = twins(student, reference, draw.start(), draw.start())
    other, untouched = twins(student, reference, draw.start(), draw.start())
    for epochs in (4, 3):
        student.train(model, x, y, lr=rate, epochs=epochs)
        reference.train(expected, x, y, lr=rate, epochs=epochs)

        assert model(APART) == close_to(expected(APART))
    assert other(APART) == close_to(untouched(APART))


@points(0.5)
@about("train", "Model")
def test_train_is_right_from_the_model_s_own_start(student, reference, draw):
    """From the start that Model() itself chooses, train ends where SGD ends."""
    x, y, rate = fresh_run(draw, n=5)
    model = fresh_model(student)
    start = curve_through(model(ZERO_AND_ONE))

    assert start is not None

    expected = curve(reference, *start)
    losses = student.train(model, x, y, lr=rate, epochs=6)

    assert losses == close_to(reference.train(expected, x, y, lr=rate, epochs=6))
    assert model(APART) == close_to(expected(APART))


@points(0.25)
@about("train", "Model")
def test_train_leaves_its_data_alone(student, draw):
    """train does not change the tensors it is given."""
    x, y, rate = fresh_run(draw, n=4)
    call = student.train.call(fresh_model(student), x.clone(), y.clone(), rate, 3)

    assert call.arguments[1] == close_to(x, shape=(4, 1))
    assert call.arguments[2] == close_to(y, shape=(4, 1))


@points(0.5)
@about("predict", "Model")
def test_predict_is_what_the_model_returns(student, reference, draw):
    """predict(model, x) is the probability of each row, of shape [n, 1]."""
    for weight, n in zip(draw.starts(), (3, 6), strict=True):
        model, expected = twins(student, reference, weight, draw.real())
        x = column(draw.reals(n))
        call = student.predict.call(model, x.clone())

        assert call.value == close_to(expected(x), shape=(n, 1))
        assert call.arguments[1] == close_to(x)
        assert model(x) == close_to(expected(x))


@points(0.25)
@about("predict", "Model")
def test_predict_leaves_no_graph(student, reference, draw):
    """What predict returns does not require grad."""
    model, expected = twins(student, reference, draw.start(), draw.real())
    value = student.predict(model, APART)

    assert value == close_to(expected(APART))
    assert not getattr(value, "requires_grad", False)


@points(0.5)
@about("classify", "Model")
def test_classify_rounds_the_probability(student, reference, draw):
    """classify(model, x) is 1 where class 1 is likelier than class 0, else 0."""
    for weight in draw.starts():
        bias = draw.real()
        model, expected = twins(student, reference, weight, bias)
        x = clear_inputs(draw, weight, bias)

        assert student.classify(model, x) == close_to(expected(x).round())


@points(0.25)
@about("classify", "Model")
def test_classify_gives_one_class_per_row(student, reference, draw):
    """classify(model, x) has the shape of x, [n, 1], and x stays as it was."""
    weight, bias = draw.start(), draw.real()
    model, expected = twins(student, reference, weight, bias)
    x = clear_inputs(draw, weight, bias)
    call = student.classify.call(model, x.clone())

    assert call.value == close_to(expected(x).round(), shape=(5, 1))
    assert call.arguments[1] == close_to(x)
    assert model(x) == close_to(expected(x))
