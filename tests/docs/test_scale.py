"""The commands and files for large classes can be read by what reads them."""

from __future__ import annotations

import re
import subprocess

import click
import pytest
import yaml
from helpers import ROOT

from grader.cli.commands import load

PAGE = (ROOT / "docs" / "scale.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def blocks(kind: str) -> list[str]:
    return [text for own, text in BLOCKS if own == kind]


def test_page_has_a_file_or_command_for_each_place() -> None:
    kinds = {kind: len(blocks(kind)) for kind, _ in BLOCKS}

    assert kinds == {"bash": 9, "python": 1, "dockerfile": 1, "yaml": 1}


@pytest.mark.parametrize("text", blocks("bash"))
def test_commands_are_read_by_a_shell(text: str) -> None:
    done = subprocess.run(["/bin/sh", "-n"], input=text.encode(), check=False)

    assert done.returncode == 0


@pytest.mark.parametrize("text", blocks("bash"))
def test_options_of_the_kit_exist(text: str) -> None:
    for command in re.findall(r"^grader (.*)$", text.replace("\\\n", ""), re.MULTILINE):
        verb, *words = command.split()
        known = {
            name
            for option in load(verb).params
            if isinstance(option, click.Option)
            for name in option.opts
        }

        assert {word for word in words if word.startswith("--")} <= known


def test_script_for_slurm_is_python() -> None:
    [text] = blocks("python")

    assert compile(text, "nodes.py", "exec")


def test_options_of_dask_exist() -> None:
    pytest.importorskip("distributed")
    from distributed.cli import dask_scheduler, dask_worker

    commands = {"scheduler": dask_scheduler.main, "worker": dask_worker.main}
    lines = [text.replace("\\\n", "") for text in blocks("bash")]
    typed = [line.split()[1:] for line in lines if line.startswith("dask ")]
    [policy] = blocks("yaml")
    spec = next(yaml.safe_load_all(policy))["spec"]
    typed += [part["spec"]["containers"][0]["args"][1:] for part in spec.values()]
    for verb, *words in typed:
        known = {
            name
            for option in commands[verb].params
            for name in (*option.opts, *option.secondary_opts)
        }

        assert {word for word in words if word.startswith("--")} <= known

    assert len(typed) == 4


def test_cluster_for_kubernetes_is_whole() -> None:
    [text] = blocks("yaml")
    cluster, policy = yaml.safe_load_all(text)

    assert cluster["kind"] == "DaskCluster"
    assert cluster["spec"]["worker"]["replicas"] == 8
    selector = cluster["spec"]["scheduler"]["service"]["selector"]
    own = {"dask.org/cluster-name": cluster["metadata"]["name"]}
    assert own.items() <= selector.items()
    assert policy["spec"]["podSelector"]["matchLabels"] == own
    [rule] = policy["spec"]["ingress"]
    assert rule["from"] == [{"podSelector": {"matchLabels": own}}]
