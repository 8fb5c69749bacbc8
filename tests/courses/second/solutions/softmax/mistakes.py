from grader import edit, mistake

MISTAKES = [
    mistake("minus", "add", edit("x + y", "x - y"), question="Which sign does a sum have?"),
    mistake(
        "sum_of_losses",
        "softmax_loss",
        edit(".mean()", ".sum()"),
        question="Is the loss of twice as many rows twice as large?",
    ),
    mistake(
        "new_theta",
        "softmax_regression_epoch",
        edit("theta -= lr", "theta = theta - lr"),
        question="Which theta does the caller see afterwards?",
    ),
    mistake(
        "whole_batch",
        "softmax_regression_epoch",
        edit("/ len(labels)", "/ batch"),
        question="How many rows has the last batch?",
    ),
    mistake(
        "one_range_for_all",
        "read_points",
        edit("X.min(axis=0), X.max(axis=0)", "X.min(), X.max()"),
        question="How many ranges do two columns have?",
    ),
    mistake(
        "columns",
        "save",
        edit("np.savetxt(file, theta", "np.savetxt(file, theta.T"),
        question="Which of its axes stands in a line of the file?",
    ),
]
