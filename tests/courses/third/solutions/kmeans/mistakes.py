from grader import edit, mistake

MISTAKES = [
    mistake("farthest", "assign", edit("argmin", "argmax"), question="Near or far?"),
    mistake("over_centres", "assign", edit(".argmin(1)", ".argmin(0)"), question="How many labels should there be?"),
    mistake("empty_is_nan", "update", edit("if (labels == k).any():", "if True:"), question="What is the mean of no points?"),
    mistake("a_new_tensor", "update", edit("for k in range(len(centres)):", "centres = centres.clone()\n    for k in range(len(centres)):"), question="Whose centres move?"),
    mistake("views_of_the_points", "kmeans", edit("centres = points[torch.randperm(len(points), generator=generator)[:k]].clone()", "centres = points[:k]"), question="What do the centres share with the points?"),
    mistake("no_steps", "kmeans", edit("for _ in range(steps):", "for _ in range(0):"), question="How often do the centres move?"),
]
