import torch

from grader import close_to, points, same_up_to, within


def clusters(draw):
    centres = torch.tensor([[0.0, 0.0], [20.0, 0.0], [0.0, 20.0]]) + draw.normal((3, 2))
    labels = torch.arange(3).repeat_interleave(6)
    order = draw.permutation(18)
    cloud = centres[labels] + draw.normal((18, 2)) / 4
    return cloud[order], labels[order], centres


@points(2)
@within(3.0)
def test_assign(student, reference, draw):
    """assign gives the nearest centre, without a loop over points."""
    cloud, centres = draw.normal((60, 3)), draw.normal((4, 3))
    assert student.assign(cloud, centres) == close_to(reference.assign(cloud, centres))


@points(3)
def test_update(student, reference, draw):
    """Centres move to the means, and one without points stays."""
    cloud, labels, _ = clusters(draw)
    mine, theirs = torch.full((4, 2), 7.0), torch.full((4, 2), 7.0)
    student.update(cloud, labels, mine)
    reference.update(cloud, labels, theirs)
    assert mine == close_to(theirs)
    assert mine[3].tolist() == [7.0, 7.0]


@points(3)
def test_kmeans_ends_where_it_should(student, reference, draw):
    """From the same start, the clusters are the solution's, whatever their numbers."""
    for k in (2, 3):
        cloud, _, _ = clusters(draw)
        mine = draw.generator()
        theirs = torch.Generator().set_state(mine.get_state())
        labels, centres = student.kmeans(cloud, k, mine)
        expected, ends = reference.kmeans(cloud, k, theirs)
        assert labels == same_up_to("labels", expected)
        assert centres == close_to(ends)


@points(2)
def test_points_stay(student, draw):
    """kmeans leaves the points alone, and draws from the generator it is given."""
    cloud, _, _ = clusters(draw)
    before, generator = cloud.clone(), draw.generator()
    start = generator.get_state()
    student.kmeans(cloud, 3, generator)
    assert torch.equal(cloud, before)
    assert not torch.equal(generator.get_state(), start)
