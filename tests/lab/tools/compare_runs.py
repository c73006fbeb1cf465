#!/usr/bin/env python3
"""Judges state runs that were saved as JSON (`state.apply --out=json --static`).

usage: compare_runs.py quiet RUN                 no state changed, or would, or failed
       compare_runs.py done RUN                  no state failed
       compare_runs.py predicted DRY REAL        the dry run told each change that the real run made, and no other

Not counted: a numeric id that the plan leaves open (null), and what a command or function gives back. A difference that
the dry run announced itself ("... may bring ...") is listed and not counted. Prints what is wrong; the exit code is 1 then.
"""
import json
import sys


def states_of(path):
    text = open(path).read()
    data = next(iter(json.loads(text).values()))
    if not isinstance(data, dict):
        sys.exit(f"{path} holds no states: {text[:2000]}")
    return data


def quiet(states):
    return [
        f"{tag}: {state['comment']} {json.dumps(state['changes'])}"
        for tag, state in states.items()
        if state["changes"] or state["result"] is not True
    ]


def done(states):
    return [f"{tag}: {state['comment']}" for tag, state in states.items() if state["result"] is False]


def is_as_planned(tag, plan, made):
    if tag.startswith(("cmd_|-", "module_|-")):
        return True
    open_ids = [key for key in ("uid", "gid") if key in plan and plan[key] is None]
    return plan == made | {key: None for key in open_ids}


def predicted(dry, real):
    wrong = []
    if list(dry) != list(real):
        wrong.append(f"other states, or in another order: {sorted(set(dry) ^ set(real))}")
    for tag, made in real.items():
        plan = dry.get(tag)
        if plan is None:
            continue
        difference = None
        if (plan["result"] is None) != bool(made["changes"]):
            difference = "was not predicted" if made["changes"] else "was predicted and did not come"
        elif not is_as_planned(tag, plan["changes"], made["changes"]):
            difference = "has other changes"
        if not difference:
            continue
        detail = f"{tag} {difference}:\n    planned {json.dumps(plan['changes'])} ({plan['comment']})\n    made    {json.dumps(made['changes'])} ({made['comment']})"
        if " may bring " in plan["comment"]:
            print(f"announced as unknown: {tag} {difference}")
        else:
            wrong.append(detail)
    return wrong


kind, *paths = sys.argv[1:]
wrong = {"quiet": quiet, "done": done, "predicted": predicted}[kind](*map(states_of, paths))
print("\n".join(wrong))
sys.exit(1 if wrong else 0)
