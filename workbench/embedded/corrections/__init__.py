"""What moto 5.2.5 does otherwise than AWS where our code could tell: one file each, with the reason and the cure.

Corrections change moto for the whole process and are made once. They touch its internals, so the version is pinned
exactly; `tests/embedded/corrections` has for each a test that fails without it, and one that fails when the pin moves.
"""

import threading

from workbench.embedded.corrections import (
    api_destinations,
    attribute_values,
    bucket_cors,
    choice_without_match,
    content_types,
    cross_origin,
    event_targets,
    execution_answer,
    execution_ending,
    execution_events,
    execution_history,
    execution_memory,
    execution_start,
    execution_stop,
    heartbeat_timeout,
    json_paths,
    lambda_invocation,
    lean_models,
    machine_backend,
    machine_clients,
    machine_parsing,
    machine_transitions,
    model_tracking,
    object_intake,
    object_memory,
    queue_consumers,
    queue_locking,
    queue_removal,
    queue_speed,
    request_overhead,
    retry_wait,
    role_policies,
    table_locking,
    table_queries,
    table_task_errors,
    table_transactions,
    terminal_errors,
    thread_tracking,
    transaction_tokens,
    update_expressions,
    version_names,
)

# In this order: `execution_events` watches what `execution_stop` made of StopExecution, and `table_locking` locks what
# `table_transactions` and `table_queries` do.
ALL = {
    module.__name__.rpartition(".")[2]: module.apply
    for module in (
        cross_origin,
        content_types,
        bucket_cors,
        model_tracking,
        lean_models,
        request_overhead,
        attribute_values,
        json_paths,
        thread_tracking,
        lambda_invocation,
        version_names,
        role_policies,
        queue_speed,
        queue_locking,
        queue_consumers,
        queue_removal,
        update_expressions,
        table_queries,
        table_transactions,
        table_locking,
        transaction_tokens,
        object_intake,
        object_memory,
        event_targets,
        api_destinations,
        machine_backend,
        machine_clients,
        machine_parsing,
        machine_transitions,
        choice_without_match,
        terminal_errors,
        heartbeat_timeout,
        table_task_errors,
        retry_wait,
        execution_start,
        execution_answer,
        execution_history,
        execution_stop,
        execution_ending,
        execution_memory,
        execution_events,
    )
}

MOTO = "5.2.5"

_made: set[str] = set()
_one_at_a_time = threading.Lock()


def apply_all() -> None:
    """Make every correction that this process has not made yet."""
    with _one_at_a_time:
        for name, apply in ALL.items():
            if name not in _made:
                apply()
                _made.add(name)
