"""What is searched: the configurations, and the guards that are removed from them.

A configuration is small on purpose: all of its states are visited. Each puts other parts of the protocol together.
"""

from dataclasses import dataclass

from tests.model.spin import ENDLESS

_ONE_OF_EACH = {"DISPATCHERS": 1, "RECONCILERS": 1}


@dataclass(frozen=True, slots=True)
class Configuration:
    """`least`: fewer states than this and the search has become empty."""

    about: str
    options: dict[str, int]
    least: int


SAFETY = {
    "again": Configuration(
        "1 job cancelled and retried, 2 dispatchers, 2 reconcilers", {"CANCELS": 1, "RETRIERS": 1}, 4_000_000
    ),
    "interrupted": Configuration(
        "1 job; its execution dies with an embedded AWS, or is refused; cancelled; 2 and 2",
        {"KILLS": 1, "REFUSALS": 1, "CANCELS": 1},
        3_000_000,
    ),
    "asked twice": Configuration(
        "1 job submitted twice, retried twice, cancelled; 2 dispatchers",
        {"TWICE": 1, "RETRIERS": 2, "CANCELS": 1, "RECONCILERS": 1},
        1_000_000,
    ),
    "pair": Configuration(
        "2 jobs for 1 slot, both cancelled; 2 dispatchers",
        {"JOBS": 2, "ATTEMPTS": 1, "CANCELS": 2, "RECONCILERS": 1},
        400_000,
    ),
    "resized": Configuration(
        "2 jobs while the limit becomes 0 and 1 again; 2 dispatchers",
        {"JOBS": 2, "ATTEMPTS": 1, "RESIZE": 1, "RECONCILERS": 1},
        200_000,
    ),
    "reserve": Configuration(
        "3 jobs for 2 slots, one of them kept for HIGH jobs",
        {"JOBS": 3, "ATTEMPTS": 1, "LIMIT": 2, "RESERVED": 1, **_ONE_OF_EACH},
        100_000,
    ),
    "tenant": Configuration(
        "2 jobs and 2 slots of a tenant that may run one; one job cancelled and retried; 2 dispatchers",
        {"JOBS": 2, "LIMIT": 2, "TENANT": 1, "CANCELS": 1, "RETRIERS": 1, "RECONCILERS": 1},
        100_000,
    ),
    "poison": Configuration(
        "1 job with one try, interrupted, cancelled, retried",
        {"ATTEMPTS": 3, "KILLS": 1, "POISON": 1, "RETRIERS": 1, "CANCELS": 1, "RECONCILERS": 1},
        200_000,
    ),
    "hands": Configuration(
        "1 job cancelled and retried while an operator starts and redrives executions of it by hand",
        {"HANDS": 1, "RETRIERS": 1, "CANCELS": 1, **_ONE_OF_EACH},
        150_000,
    ),
    "order": Configuration(
        "3 jobs for 1 slot in order, with an index that lags",
        {"JOBS": 3, "ATTEMPTS": 1, "ORDER": 1, **_ONE_OF_EACH},
        100_000,
    ),
}

LIVENESS = {
    "ends": Configuration(
        "1 job cancelled, retried, interrupted",
        {"FAULTS": 1, "CANCELS": 1, "RETRIERS": 1, "KILLS": 1, **_ONE_OF_EACH},
        100_000,
    ),
    "pair ends": Configuration(
        "2 jobs for 1 slot, one cancelled",
        {"FAULTS": 1, "JOBS": 2, "ATTEMPTS": 1, "CANCELS": 1, **_ONE_OF_EACH},
        100_000,
    ),
    "tenant ends": Configuration(
        "2 jobs of a tenant that may run one",
        {"FAULTS": 1, "JOBS": 2, "ATTEMPTS": 1, "LIMIT": 2, "TENANT": 1, **_ONE_OF_EACH},
        10_000,
    ),
    "tenant waits": Configuration(
        "a tenant whose one running job never ends; somebody else's job starts; no faults",
        {"FAULTS": 0, "JOBS": 3, "ATTEMPTS": 1, "LIMIT": 2, "TENANT": 1, "PINNED": 1, **_ONE_OF_EACH},
        10_000,
    ),
}

CONFIGURATIONS = SAFETY | LIVENESS

# The guards removed together -> (where they are removed, the law that then breaks).
MUTANTS = {
    "M_SUBMIT": ("asked twice", "each_slot_is_one_active_row"),
    "M_CLAIM_STATUS": ("pair", "what_is_published_succeeds"),
    "M_CLAIM_ATTEMPT": ("asked twice", "the_input_is_of_the_attempt"),
    "M_CLAIM_CAP": ("pair", "claims_keep_to_the_limit"),
    "M_CLAIM_UNEQUAL": ("resized", "claims_keep_to_the_limit"),
    "M_CLAIM_LIMIT": ("resized", "claims_keep_to_the_limit"),
    "M_CLAIM_RESERVE": ("reserve", "the_reserve_is_for_high_jobs"),
    "M_CLAIM_TENANT": ("tenant", "a_tenant_keeps_to_its_cap"),
    "M_HOLD_STATUS": ("tenant", "the_index_shows_what_waits"),
    "M_BRING_STATUS": ("tenant", "the_index_shows_what_waits"),
    "M_NAME": ("again", "a_name_starts_once"),
    "M_NAME_ATTEMPT": ("again", "an_attempt_ends_by_its_own_execution"),
    "M_BEGIN_STATUS": ("again", "each_slot_is_one_active_row"),
    "M_BEGIN_ATTEMPT": ("again", "work_holds_a_slot"),
    "M_BEGIN_AGAIN": ("again", "nobody_is_fenced_by_its_own_write"),
    "M_BEGIN_EXECUTION": ("hands", "an_attempt_begins_once"),
    "M_PUBLISH_STATUS": ("again", "history_is_a_path"),
    "M_PUBLISH_ATTEMPT M_PUBLISH_EXECUTION": ("hands", "what_is_published_succeeds"),
    "M_PUBLISH_AGAIN": ("again", "nobody_is_fenced_by_its_own_write"),
    "M_SEEN_MISSING": ("again", "work_holds_a_slot"),
    "M_SEEN_OPEN": ("again", "work_holds_a_slot"),
    "M_CANCEL_PASSED": ("again", "work_holds_a_slot"),
    "M_FINISH_STATUS": ("again", "a_slot_is_given_back_once"),
    "M_FINISH_ATTEMPT": ("again", "a_slot_is_given_back_once"),
    "M_REQUEUE_STATUS": ("interrupted", "what_is_published_succeeds"),
    "M_REQUEUE_ATTEMPT": ("interrupted", "a_slot_is_given_back_once"),
    "M_REQUEUE_RAISE": ("interrupted", "a_slot_is_given_back_once"),
    "M_CANCEL_READ": ("again", "what_is_published_succeeds"),
    "M_CANCEL_STATUS": ("again", "what_is_published_succeeds"),
    "M_CANCEL_ATTEMPT": ("again", "no_late_write_meets_a_new_attempt"),
    "M_RETRY_READ": ("again", "work_holds_a_slot"),
    "M_RETRY_ATTEMPT": ("asked twice", "a_slot_is_given_back_once"),
    "M_RETRY_RAISE": ("again", "a_slot_is_given_back_once"),
    "M_POISON": ("poison", "poison_is_deserved"),
    "M_POISON_STATUS": ("poison", "history_is_a_path"),
    "M_POISON_ATTEMPT": ("poison", "poison_is_deserved"),
    "M_ORDER_BEST": ("order", "the_best_goes_first"),
    "M_ORDER_STOP": ("order", "the_best_goes_first"),
    "M_SWEEP": ("ends", ENDLESS),
    "M_RESTART": ("ends", ENDLESS),
    "M_REQUEUE_PASSED": ("ends", ENDLESS),
    "M_BRING": ("tenant ends", ENDLESS),
    "M_HOLD": ("tenant waits", ENDLESS),
}

# Guards without which nothing breaks while the others stand, one or several at once -> (where that was searched, why).
SPARE = {
    "M_PUBLISH_ATTEMPT": (
        "hands",
        "implied by M_PUBLISH_EXECUTION: nobody passes Begin for another's attempt",
    ),
    "M_PUBLISH_EXECUTION": ("hands", "implied by M_PUBLISH_ATTEMPT: one execution passes Begin for an attempt"),
    "M_RETRY_STATUS": ("asked twice", "implied by M_RETRY_ATTEMPT: what has ended changes only by a new attempt"),
    "M_HOLD_ATTEMPT M_BRING_ATTEMPT": (
        "tenant",
        "harmless: a newer waiting attempt is held, or ready, just as well",
    ),
}
