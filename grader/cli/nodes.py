"""The options for a cluster: where its nodes are, and how they prove who they are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from grader.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from grader.judging.cluster import Cluster

_Command = TypeVar("_Command", bound="Callable[..., object]")
_CERTIFICATES = {
    "cluster_ca": "The authority's certificate, for tls://.",
    "cluster_cert": "Your own certificate, for tls://.",
    "cluster_key": "Its key, for tls://.",
}


def cluster_options(command: _Command) -> _Command:
    """Return the command with `--cluster` and what goes with it."""
    command = click.option(
        "--strict", is_flag=True, help="Refuse nodes with different versions."
    )(command)
    for name, said in reversed(_CERTIFICATES.items()):
        command = click.option(
            f"--{name.replace('_', '-')}",
            type=click.Path(path_type=Path),
            metavar="PEM",
            default=None,
            help=said,
        )(command)
    return click.option(
        "--cluster",
        metavar="ADDRESS",
        default=None,
        help="Judge on a dask cluster: tcp://HOST:PORT, tls://HOST:PORT, or local:N.",
    )(command)


def cluster_of(told: Mapping[str, object], jobs: int | None) -> Cluster | None:
    """Return the cluster that the options name; None for this machine alone.

    Raises:
        UsageError: the options do not go together, or a file is missing.
    """
    address = told["cluster"]
    files = [told[name] for name in _CERTIFICATES]
    paths = [path for path in files if isinstance(path, Path)]
    if not isinstance(address, str):
        if paths or told["strict"]:
            raise UsageError(
                "--cluster-ca, --cluster-cert, --cluster-key and --strict: expected "
                "them with --cluster. Name the cluster's address."
            )
        return None
    if jobs is not None:
        raise UsageError(
            "--jobs: expected it without --cluster: a node judges as many at a time as "
            "it has threads. Leave it out."
        )
    for path in paths:
        if not path.is_file():
            raise UsageError(f"{path}: expected a certificate or key, found no file.")
    # Imported here: `--help` needs none of it.
    from grader.judging.cluster import Cluster
    from grader.judging.nodes import Certificates

    whole = Certificates(*paths) if len(paths) == len(files) else None
    if paths and whole is None:
        raise UsageError(
            "--cluster-ca, --cluster-cert and --cluster-key: expected all three or "
            "none. Name the others as well."
        )
    return Cluster(address, whole, strict=bool(told["strict"]))
