/* How a job is dispatched: who may write what, when, and under which guard.

   Spin tries every order in which the processes below can take their steps, every crash between two steps, every lost
   reply and every stale answer, and checks the laws at the end of this file in each state it meets. README.md beside
   this file says how to run it and what it found.

   To read it: a `proctype` is one of the actors, an `atomic` block is one request to one service (DynamoDB, Step
   Functions), and between two blocks anything may happen. `KEPT(M_xxx, condition)` is a guard of the production
   code; with -DM_xxx the guard is gone, and some law must break. */

/* ---- What a configuration chooses ---- */

#ifndef JOBS
#define JOBS 1
#endif
#ifndef ATTEMPTS
#define ATTEMPTS 2        /* an attempt has a number 0, 1, ...; no job gets more of them than this */
#endif
#ifndef LIMIT
#define LIMIT 1           /* MAX_CONCURRENT_JOBS */
#endif
#ifndef RESERVED
#define RESERVED 0        /* slots of LIMIT that only job 0, the HIGH one, may take */
#endif
#ifndef DISPATCHERS
#define DISPATCHERS 2
#endif
#ifndef RECONCILERS
#define RECONCILERS 2
#endif
#ifndef RETRIERS
#define RETRIERS 0        /* requests to retry job 0 */
#endif
#ifndef CANCELS
#define CANCELS 0         /* so many of the jobs are cancelled, some time or never */
#endif
/* Without a value: TWICE (each job is submitted twice), KILLS (an embedded AWS dies and its executions with it),
   REFUSALS (StartExecution may say never), TENANT (jobs 0 and 1 are of one tenant, which may run one), POISON (a job
   has one try), RESIZE (the limit becomes 0, then LIMIT again), HANDS (an operator at the console starts and redrives
   executions of job 0), ORDER (dispatchers claim in order), PINNED (job 0 works for ever).
   FAULTS=n: at most n faults, and then all must come to rest; without it faults are free and only safety is checked. */

/* REMOVED(M_xxx) is 1 with -DM_xxx, else 0. How: M_xxx, if defined, is 1, and ARGUMENT_1 holds a comma that shifts 1
   into the second place; if not, ARGUMENT_M_xxx is just a strange word in the first place. */
#define ARGUMENT_1 0,
#define SECOND(first, second, ...) second
#define SHIFTED(word) SECOND(word 1, 0, 0)
#define JOINED(value) SHIFTED(ARGUMENT_##value)
#define REMOVED(mutant) JOINED(mutant)
#define KEPT(mutant, condition) (REMOVED(mutant) || (condition))

/* Faults are unlimited when safety is checked. For liveness they must stop some day. */
#ifdef FAULTS
byte faults;
#define FAULT(else_condition) ((else_condition) && faults < FAULTS) -> faults++
#else
#define FAULT(else_condition) (else_condition)
#endif

/* ---- The table, and Step Functions ---- */

mtype = { NEW, QUEUED, STARTING, RUNNING, FINISHING, CANCELLING, SUCCEEDED, FAILED, CANCELLED };
/* FAILED is TIMED_OUT too. */
mtype = { NOWHERE, READY, HELD };                              /* the partition of the index that a row lies in */
mtype = { NONE, AT_BEGIN, WORKING, PUBLISHED, CLOSED, KILLED };        /* an execution; KILLED: Roughcut.Interrupted */
mtype = { DONE, LOST, NO_SLOT, TENANT_FULL };                  /* what a claim came to */

#define RUN(j, a) ((j) * ATTEMPTS + (a))
#define STRANGER (JOBS * ATTEMPTS)                              /* an execution of job 0, attempt 0, by another name */

mtype status[JOBS] = NEW;
mtype place[JOBS] = NOWHERE;
byte attempt[JOBS];
bool passed[JOBS];                                             /* the Begin gate */
byte execution[JOBS];                                          /* 1 + the execution that passed it; 0 is nobody */
byte input[JOBS];                                              /* the attempt that the stored execution input names */
byte tries[JOBS];
short slots;                                                   /* the slot counter */
short tenant_slots;                                            /* the same of the tenant that owns jobs 0 and 1 */
byte limit = LIMIT;
mtype exec[JOBS * ATTEMPTS + 1] = NONE;

#define ACTIVE(s) (s == STARTING || s == RUNNING || s == FINISHING || s == CANCELLING)
#define ENDED(s) (s == SUCCEEDED || s == FAILED || s == CANCELLED)
#define OPEN(x) (exec[x] == AT_BEGIN || exec[x] == WORKING || exec[x] == PUBLISHED)
#define OVER(r) (r == CLOSED || r == KILLED)

#ifdef TENANT
#define CAPPED(j) (j < 2)
#else
#define CAPPED(j) false
#endif
#define TENANT_CAP 1
#ifdef PINNED
#define IS_PINNED(j) (j == 0)
#else
#define IS_PINNED(j) false
#endif
#define MOST_TRIES 1
#define KEPT_BACK(j) (j == 0 -> 0 : RESERVED)

/* Watchers: no guard reads them, and in a right protocol they never change, except `published` and `freed`. */
bool published[JOBS * ATTEMPTS], freed[JOBS * ATTEMPTS];
bool started_twice, begun_twice, freed_twice, over_limit, in_reserve, fenced_itself, foreign_evidence;
bool early_poison, strayed, inverted, off_path;

/* ---- The guards ---- */

/* Every write of ours: aws/effects.py, _row_update: #status = :from AND #attempt = :was. */
#define G_CLAIM_STATUS(j) KEPT(M_CLAIM_STATUS, status[j] == QUEUED)
#define G_CLAIM_ATTEMPT(j, a) KEPT(M_CLAIM_ATTEMPT, attempt[j] == a)
#define G_FINISH_STATUS(j, s) KEPT(M_FINISH_STATUS, status[j] == s)
#define G_FINISH_ATTEMPT(j, a) KEPT(M_FINISH_ATTEMPT, attempt[j] == a)
#define G_REQUEUE_STATUS(j, s) KEPT(M_REQUEUE_STATUS, status[j] == s)
#define G_REQUEUE_ATTEMPT(j, a) KEPT(M_REQUEUE_ATTEMPT, attempt[j] == a)
#define G_CANCEL_STATUS(j, s) KEPT(M_CANCEL_STATUS, status[j] == s)
#define G_CANCEL_ATTEMPT(j, a) KEPT(M_CANCEL_ATTEMPT, attempt[j] == a)
#define G_RETRY_STATUS(j, s) KEPT(M_RETRY_STATUS, status[j] == s)
#define G_RETRY_ATTEMPT(j, a) KEPT(M_RETRY_ATTEMPT, attempt[j] == a)
#define G_POISON_STATUS(j) KEPT(M_POISON_STATUS, status[j] == QUEUED)
#define G_POISON_ATTEMPT(j, a) KEPT(M_POISON_ATTEMPT, attempt[j] == a)
#define G_HOLD_STATUS(j) KEPT(M_HOLD_STATUS, status[j] == QUEUED)
#define G_HOLD_ATTEMPT(j, a) KEPT(M_HOLD_ATTEMPT, attempt[j] == a)
#define G_BRING_STATUS(j) KEPT(M_BRING_STATUS, status[j] == QUEUED)
#define G_BRING_ATTEMPT(j, a) KEPT(M_BRING_ATTEMPT, attempt[j] == a)

/* aws/effects.py, creation: attribute_not_exists(session_id). */
#define G_SUBMIT(j) KEPT(M_SUBMIT, status[j] == NEW)

/* aws/effects.py, _take_slots: running <= :bound AND #limit = :limit, the bound less the reserve; and a tenant's cap. */
#define G_CLAIM_LIMIT(seen) KEPT(M_CLAIM_LIMIT, limit == seen)
#define G_CLAIM_RESERVE(j) (REMOVED(M_CLAIM_RESERVE) -> 0 : KEPT_BACK(j))
#define G_CLAIM_UNEQUAL(j, seen) (REMOVED(M_CLAIM_UNEQUAL) && slots != seen)  /* `<>`, which fails open, for `<` */
#define G_CLAIM_CAP(j, seen) (KEPT(M_CLAIM_CAP, slots + G_CLAIM_RESERVE(j) < seen) || G_CLAIM_UNEQUAL(j, seen))
#define G_CLAIM_TENANT(j) KEPT(M_CLAIM_TENANT, !CAPPED(j) || tenant_slots < TENANT_CAP)

/* jobs/ids.py, execution_name: job and attempt; Step Functions takes a name once. */
#define NAMED(j, a) RUN(j, !REMOVED(M_NAME_ATTEMPT) * (a))
#define G_NAME(x) (exec[x] == NONE || (REMOVED(M_NAME) && OVER(exec[x])))

/* video_pipeline.asl.json, BeginJob and PublishResult. */
#define G_BEGIN_ATTEMPT(j, a) KEPT(M_BEGIN_ATTEMPT, attempt[j] == a)
#define G_BEGIN_STATUS(j) KEPT(M_BEGIN_STATUS, status[j] == STARTING)
#define G_BEGIN_EXECUTION(j, me) KEPT(M_BEGIN_EXECUTION, execution[j] == me + 1)
#define G_BEGIN_AGAIN(j, me) (!REMOVED(M_BEGIN_AGAIN) && status[j] == RUNNING && G_BEGIN_EXECUTION(j, me))
#define G_BEGIN(j, a, me) (G_BEGIN_ATTEMPT(j, a) && (G_BEGIN_STATUS(j) || G_BEGIN_AGAIN(j, me)))
#define G_PUBLISH_ATTEMPT(j, a) KEPT(M_PUBLISH_ATTEMPT, attempt[j] == a)
#define G_PUBLISH_EXECUTION(j, me) KEPT(M_PUBLISH_EXECUTION, execution[j] == me + 1)
#define G_PUBLISH_STATUS(j) KEPT(M_PUBLISH_STATUS, status[j] == RUNNING)
#define G_PUBLISH_AGAIN(j) (!REMOVED(M_PUBLISH_AGAIN) && status[j] == FINISHING)
#define G_PUBLISH(j, a, me) \
  (G_PUBLISH_ATTEMPT(j, a) && G_PUBLISH_EXECUTION(j, me) && (G_PUBLISH_STATUS(j) || G_PUBLISH_AGAIN(j)))

/* dispatch/reconcile.py: over is what was seen closed; only what never passed Begin may end without that. */
#define G_SEEN_CLOSED(e) \
  (OVER(e) || (REMOVED(M_SEEN_MISSING) && e == NONE) || (REMOVED(M_SEEN_OPEN) && e == AT_BEGIN))
#define G_NEVER_BEGAN(p) KEPT(M_CANCEL_PASSED, !p)

/* dispatch/cancel.py, retry.py and drain.py decide on the row they read. */
#define G_CANCEL_READ(s) \
  (s == QUEUED || s == STARTING || s == RUNNING || (REMOVED(M_CANCEL_READ) && s == FINISHING))
#define G_RETRY_READ(s) (s == FAILED || s == CANCELLED || (REMOVED(M_RETRY_READ) && s == RUNNING))
#define G_POISON(j) (!REMOVED(M_POISON) && tries[j] >= MOST_TRIES)

/* jobs/status.py, TRANSITIONS. A repeated gate finds its own write. */
#define PATH(from, to) ( \
  (from == NEW && to == QUEUED) || \
  (from == QUEUED && (to == STARTING || to == CANCELLED || to == FAILED)) || \
  (from == STARTING && (to == RUNNING || to == FAILED || to == QUEUED || to == CANCELLING)) || \
  (from == RUNNING && (to == FINISHING || to == FAILED || to == QUEUED || to == CANCELLING)) || \
  (from == FINISHING && to == SUCCEEDED) || \
  (from == CANCELLING && to == CANCELLED) || \
  (from == FAILED && to == QUEUED) || \
  (from == CANCELLED && to == QUEUED))

/* ---- The writes ---- */

inline enter(j, to) {
  off_path = off_path || !PATH(status[j], to);
  status[j] = to
}

inline wait_in_line(j, number) {
  enter(j, QUEUED);
  attempt[j] = number;
  place[j] = READY;
  passed[j] = passed[j] && REMOVED(M_REQUEUE_PASSED);
  execution[j] = 0
}

inline give_back_slot(j, a) {
  freed_twice = freed_twice || freed[RUN(j, a)];
  freed[RUN(j, a)] = true;
  slots--;
  tenant_slots = tenant_slots - CAPPED(j)
}

inline submit(j) {
  if
  :: G_SUBMIT(j) -> wait_in_line(j, 0)
  :: else
  fi
}

/* QUEUED -> STARTING, the slot and the tenant's count in one transaction. */
inline claim(j, a, seen, outcome) {
  outcome = (!(G_CLAIM_STATUS(j) && G_CLAIM_ATTEMPT(j, a)) -> LOST :
            (!(G_CLAIM_LIMIT(seen) && G_CLAIM_CAP(j, seen)) -> NO_SLOT :
            (!G_CLAIM_TENANT(j) -> TENANT_FULL : DONE)));
  if
  :: outcome == DONE ->
    over_limit = over_limit || slots >= limit;
    in_reserve = in_reserve || slots + KEPT_BACK(j) >= limit;
    enter(j, STARTING);
    place[j] = NOWHERE;
    input[j] = a;
    slots++;
    tenant_slots = tenant_slots + CAPPED(j);
#ifdef POISON
    tries[j]++
#endif
  :: else
  fi
}

/* The end of an attempt that holds a slot, seen in status `from`. */
inline finish(j, a, from, to) {
  if
  :: G_FINISH_STATUS(j, from) && G_FINISH_ATTEMPT(j, a) ->
    give_back_slot(j, a);
    enter(j, to)
  :: else
  fi
}

/* An interrupted attempt: its job waits again, as the next attempt. */
inline requeue(j, a, from) {
  if
  :: G_REQUEUE_STATUS(j, from) && G_REQUEUE_ATTEMPT(j, a) ->
    give_back_slot(j, a);
    wait_in_line(j, a + !REMOVED(M_REQUEUE_RAISE))
  :: else
  fi
}

inline poison(j, a) {
  if
  :: G_POISON_STATUS(j) && G_POISON_ATTEMPT(j, a) ->
    early_poison = early_poison || tries[j] < MOST_TRIES;
    enter(j, FAILED);
    place[j] = NOWHERE
  :: else
  fi
}

inline hold(j, a) {
  if
  :: G_HOLD_STATUS(j) && G_HOLD_ATTEMPT(j, a) -> place[j] = HELD
  :: else
  fi
}

inline bring_back(j, a) {
  if
  :: G_BRING_STATUS(j) && G_BRING_ATTEMPT(j, a) -> place[j] = READY
  :: else
  fi
}

/* StartExecution. A taken name, a busy service: nothing, the sweep decides. */
inline start(j, a) {
  if
  :: G_NAME(NAMED(j, a)) ->
    started_twice = started_twice || exec[NAMED(j, a)] != NONE;
    exec[NAMED(j, a)] = AT_BEGIN
  :: else
  fi
}

inline stop(j, a) {
  if
  :: OPEN(RUN(j, a)) -> exec[RUN(j, a)] = CLOSED
  :: else
  fi
}

/* DescribeExecution: the truth, or an older one. */
inline describe(j, a, e) {
  if
  :: OPEN(NAMED(j, a)) -> e = AT_BEGIN
  :: !OPEN(NAMED(j, a)) -> e = exec[NAMED(j, a)]
  :: FAULT(exec[NAMED(j, a)] != NONE); e = NONE
  :: FAULT(OVER(exec[NAMED(j, a)])); e = AT_BEGIN
  fi
}

/* ---- For every job ---- */

#if JOBS == 1
#define EACH(law) law(0)
#define COUNT(what) what(0)
#define ANY(what) :: what(0) -> j = 0
#elif JOBS == 2
#define EACH(law) (law(0) && law(1))
#define COUNT(what) (what(0) + what(1))
#define ANY(what) :: what(0) -> j = 0 :: what(1) -> j = 1
#else
#define EACH(law) (law(0) && law(1) && law(2))
#define COUNT(what) (what(0) + what(1) + what(2))
#define ANY(what) :: what(0) -> j = 0 :: what(1) -> j = 1 :: what(2) -> j = 2
#endif
#if ATTEMPTS == 1
#define EACH_ATTEMPT(law, j) law(j, 0)
#elif ATTEMPTS == 2
#define EACH_ATTEMPT(law, j) (law(j, 0) && law(j, 1))
#else
#define EACH_ATTEMPT(law, j) (law(j, 0) && law(j, 1) && law(j, 2))
#endif

/* ---- The actors ---- */

#define IS_READY(j) (status[j] == QUEUED && place[j] == READY)
#define MAY_COME_BACK(j) \
  (status[j] == QUEUED && place[j] == HELD && tenant_slots < TENANT_CAP && !REMOVED(M_BRING))
#define IS_ACTIVE(j) ACTIVE(status[j])

proctype Client(byte j) {
  atomic { submit(j) };
#ifdef TWICE
  atomic { submit(j) }                                        /* the first answer was lost */
#endif
}

/* drain.py. Takes any ready job, not the best one: what the guards promise may not depend on the order. */
proctype Dispatcher() {
  byte j, a, seen;
  bool worn;
  mtype outcome;
  do
  :: atomic { if ANY(IS_READY) fi; a = attempt[j]; worn = G_POISON(j); seen = limit };
    if
    :: FAULT(true)                                            /* it dies here, as at each FAULT(true) below */
    :: atomic { worn -> poison(j, a) }
    :: atomic { !worn -> claim(j, a, seen, outcome) };
      if
      :: outcome == LOST || outcome == NO_SLOT
      :: FAULT(outcome == DONE)
      :: atomic { outcome == DONE -> start(j, a) }
#ifdef REFUSALS
      :: atomic { outcome == DONE -> finish(j, a, STARTING, FAILED) }
#endif
      :: FAULT(outcome == TENANT_FULL)
      :: outcome == TENANT_FULL && REMOVED(M_HOLD)
      :: atomic { outcome == TENANT_FULL && !REMOVED(M_HOLD) -> hold(j, a) }
      fi
    fi;
    atomic { j = 0; a = 0; worn = false; seen = 0; outcome = 0 }
  od
}

/* reconcile.py, tenants.py, sweep.py. Events and the sweep are one here: it may look at any active row at any time. */
proctype Reconciler() {
  byte j, a;
  bool p;
  mtype s, e;
  do
  :: atomic { if ANY(IS_ACTIVE) fi; a = attempt[j]; s = status[j]; p = passed[j] };
    if
    :: FAULT(true)
    :: atomic { s == CANCELLING && G_NEVER_BEGAN(p) -> finish(j, a, CANCELLING, CANCELLED) }
    :: atomic { !(s == CANCELLING && G_NEVER_BEGAN(p)) -> describe(j, a, e) };
      if
      :: FAULT(true)
      :: atomic { G_SEEN_CLOSED(e) ->
          foreign_evidence = foreign_evidence || (OVER(exec[NAMED(j, a)]) && !OVER(exec[RUN(j, a)]));
          if
          :: s == FINISHING -> finish(j, a, FINISHING, SUCCEEDED)
          :: s == CANCELLING -> finish(j, a, CANCELLING, CANCELLED)
          :: (s == STARTING || s == RUNNING) && e == KILLED -> requeue(j, a, s)
          :: (s == STARTING || s == RUNNING) && e != KILLED -> finish(j, a, s, FAILED)
          fi
        }
      :: atomic { !G_SEEN_CLOSED(e) && s == CANCELLING -> stop(j, a) }
      :: atomic { !G_SEEN_CLOSED(e) && s == STARTING && e == NONE && !REMOVED(M_RESTART) -> start(j, a) }
      :: !G_SEEN_CLOSED(e) && s != CANCELLING && !(s == STARTING && e == NONE && !REMOVED(M_RESTART))
      fi
    fi;
    atomic { j = 0; a = 0; s = 0; p = false; e = 0 }
#ifdef TENANT
  :: atomic { if ANY(MAY_COME_BACK) fi; a = attempt[j] };
    atomic { bring_back(j, a); j = 0; a = 0 }
#endif
  od
}

/* cancel.py: the write; the reconciler does the rest. */
proctype Canceller(byte j) {
  byte a;
  mtype s;
  if
  :: true                                                     /* nobody wants it */
  :: atomic { G_CANCEL_READ(status[j]) -> a = attempt[j]; s = status[j] };
    atomic {
      if
      :: G_CANCEL_STATUS(j, s) && G_CANCEL_ATTEMPT(j, a) ->
        strayed = strayed || attempt[j] != a;
        enter(j, (s == QUEUED -> CANCELLED : CANCELLING));
        place[j] = NOWHERE
      :: else
      fi
    }
  fi
}

/* retry.py, for job 0. The slot follows from the status that was read, as in aws/effects.py, _followers. */
proctype Retrier() {
  byte a;
  mtype s;
  if
  :: true
  :: atomic { G_RETRY_READ(status[0]) && attempt[0] + 1 < ATTEMPTS -> a = attempt[0]; s = status[0] };
    atomic {
      if
      :: G_RETRY_STATUS(0, s) && G_RETRY_ATTEMPT(0, a) ->
        if
        :: ACTIVE(s) -> give_back_slot(0, a)
        :: else
        fi;
        wait_in_line(0, a + !REMOVED(M_RETRY_RAISE));
        tries[0] = 0
      :: else
      fi
    }
  fi
}

/* One execution of the state machine: Begin gate, stages, Publish gate. It may die at any time, in a stage, at its
   deadline, or stopped. A gate's reply may be lost: then the task repeats the write. */
proctype Execution(byte j; byte a; byte me) {
  do
  :: atomic { exec[me] == AT_BEGIN ->
      if
      :: G_BEGIN(j, a, me) ->
        begun_twice = begun_twice || (passed[j] && execution[j] != me + 1);
        if
        :: status[j] != RUNNING -> enter(j, RUNNING)
        :: else
        fi;
        passed[j] = true;
        execution[j] = me + 1;
        if
        :: exec[me] = WORKING
        :: FAULT(true)
        fi
      :: else ->
        fenced_itself = fenced_itself || (attempt[j] == a && status[j] == RUNNING && execution[j] == me + 1);
        exec[me] = CLOSED
      fi
    }
  :: atomic { exec[me] == WORKING && !IS_PINNED(j) ->
      if
      :: G_PUBLISH(j, a, me) ->
        if
        :: status[j] != FINISHING -> enter(j, FINISHING)
        :: else
        fi;
        published[RUN(j, a)] = true;
        if
        :: exec[me] = PUBLISHED
        :: FAULT(true)
        fi
      :: else ->
        fenced_itself = fenced_itself || (attempt[j] == a && status[j] == FINISHING && execution[j] == me + 1);
        exec[me] = CLOSED
      fi
    }
  :: atomic { OPEN(me) && !(exec[me] == WORKING && IS_PINNED(j)) -> exec[me] = CLOSED }
#ifdef KILLS
  :: atomic { OPEN(me) && a + 1 < ATTEMPTS -> exec[me] = KILLED }
#endif
  od
}

#ifdef RESIZE
/* Deploys that lower MAX_CONCURRENT_JOBS and raise it again: set_limit in aws/board.py. */
proctype Deployer() {
  limit = 0;
  limit = LIMIT
}
#endif

#ifdef HANDS
/* An operator in Step Functions' console: "new execution" with the input of attempt 0, and "redrive", which begins
   at the step that failed: past the Begin gate. Both do work that holds no slot; none of it may become visible. */
proctype Operator() {
  do
  :: atomic { exec[STRANGER] == NONE -> exec[STRANGER] = AT_BEGIN }
  :: atomic { exec[RUN(0, 0)] == CLOSED -> exec[RUN(0, 0)] = WORKING }; break
  od
}
#endif

#ifdef ORDER
/* The index shows a job some time after it was queued. */
byte shown;
#define BIT(j) (1 << (j))
#define IS_UNSHOWN(j) (status[j] == QUEUED && !(shown & BIT(j)))
proctype Index() {
  byte j;
  do
  :: atomic { if ANY(IS_UNSHOWN) fi; shown = shown | BIT(j); j = 0 }
  od
}

/* drain.py and candidates.py in order; the smaller a job's number, the better. First the index, then the rows, then
   the claims, best first; a claim without a slot ends the round. */
#define IS_CANDIDATE(j) (status[j] == QUEUED && (shown & BIT(j)))
#define ROW_BIT(k) ((heads & BIT(k)) && status[k] == QUEUED -> BIT(k) : 0)
#define IS_NO_BETTER(k) (k >= j || !(heads & BIT(k)) || status[k] != QUEUED)
proctype OrderedDispatcher() {
  byte j, n, heads, rows;
  mtype outcome;
  do
  :: atomic { if ANY(IS_CANDIDATE) fi; j = 0; heads = shown };
    atomic { rows = COUNT(ROW_BIT) };
    do
    :: atomic { n < JOBS ->
        j = (REMOVED(M_ORDER_BEST) -> JOBS - 1 - n : n);
        n++;
        outcome = LOST;
        if
        :: rows & BIT(j) ->
          claim(j, 0, limit, outcome);
          inverted = inverted || (outcome == DONE && !EACH(IS_NO_BETTER))
        :: else
        fi
      };
      if
      :: atomic { outcome == DONE -> start(j, 0) }
      :: outcome == NO_SLOT && !REMOVED(M_ORDER_STOP) -> n = JOBS
      :: outcome == LOST || (outcome == NO_SLOT && REMOVED(M_ORDER_STOP))
      fi
    :: n == JOBS -> break
    od;
    atomic { j = 0; n = 0; heads = 0; rows = 0; outcome = 0 }
  od
}
#endif

init {
  byte j, a;
  atomic {
    do
    :: j < JOBS ->
      run Client(j);
      a = 0;
      do
      :: a < ATTEMPTS -> run Execution(j, a, RUN(j, a)); a++
      :: else -> break
      od;
      j++
    :: else -> break
    od;
    j = 0;
    do
    :: j < CANCELS -> run Canceller(j); j++
    :: else -> j = 0; break
    od;
    do
    :: j < RETRIERS -> run Retrier(); j++
    :: else -> j = 0; break
    od;
    do
    :: j < DISPATCHERS ->
#ifdef ORDER
      run OrderedDispatcher();
#else
      run Dispatcher();
#endif
      j++
    :: else -> j = 0; break
    od;
    do
    :: j < RECONCILERS && !REMOVED(M_SWEEP) -> run Reconciler(); j++
    :: else -> j = 0; break
    od;
    a = 0;
#ifdef ORDER
    run Index();
#endif
#ifdef RESIZE
    run Deployer();
#endif
#ifdef HANDS
    run Execution(0, 0, STRANGER);
    run Operator();
#endif
  }
}

/* ---- The laws ---- */

#define L_SLOTS (slots == COUNT(IS_ACTIVE))
#define L_LIMIT (slots <= LIMIT && !over_limit)
#define L_RESERVE (!in_reserve)
#define IS_CAPPED(j) (CAPPED(j) && IS_ACTIVE(j))
#define L_TENANT (tenant_slots == COUNT(IS_CAPPED) && tenant_slots <= TENANT_CAP)
#define WORKS_IN_ITS_SLOT(j, a) \
  ((exec[RUN(j, a)] != WORKING && exec[RUN(j, a)] != PUBLISHED) || (IS_ACTIVE(j) && attempt[j] == a))
#define WORK_HOLDS_A_SLOT(j) EACH_ATTEMPT(WORKS_IN_ITS_SLOT, j)
#ifdef HANDS
#define L_WORK true
#else
#define L_WORK EACH(WORK_HOLDS_A_SLOT)
#endif
#define L_EVIDENCE (!foreign_evidence)
#define L_STARTED (!started_twice)
#define L_BEGUN (!begun_twice)
#define L_FREED (!freed_twice)
#define SHOWS(j, a) \
  (published[RUN(j, a)] == (attempt[j] == a && (status[j] == FINISHING || status[j] == SUCCEEDED)))
#define SHOWS_ITS_FILM(j) EACH_ATTEMPT(SHOWS, j)
#define L_PUBLISHED EACH(SHOWS_ITS_FILM)
#define L_OWN_FENCE (!fenced_itself)
#define HAS_ITS_INPUT(j) (!IS_ACTIVE(j) || input[j] == attempt[j])
#define L_INPUT EACH(HAS_ITS_INPUT)
#define IS_IN_PLACE(j) ((place[j] != NOWHERE) == (status[j] == QUEUED))
#define L_PLACE EACH(IS_IN_PLACE)
#define IS_TRIED_ENOUGH(j) (tries[j] <= MOST_TRIES)
#define L_TRIES (EACH(IS_TRIED_ENOUGH) && !early_poison)
#define L_LATE (!strayed)
#define L_ORDER (!inverted)
#define L_PATH (!off_path)

#define LAWFUL (L_SLOTS && L_LIMIT && L_RESERVE && L_TENANT && L_WORK && L_STARTED && L_BEGUN && L_FREED && \
  L_PUBLISHED && L_OWN_FENCE && L_EVIDENCE && L_INPUT && L_PLACE && L_TRIES && L_LATE && L_ORDER && L_PATH)

#ifndef FAULTS
/* Names the first law that is broken: pan prints the text of the assertion. */
hidden byte each_slot_is_one_active_row, claims_keep_to_the_limit, the_reserve_is_for_high_jobs,
  a_tenant_keeps_to_its_cap, work_holds_a_slot, a_name_starts_once, an_attempt_begins_once, a_slot_is_given_back_once,
  what_is_published_succeeds, nobody_is_fenced_by_its_own_write, an_attempt_ends_by_its_own_execution,
  the_input_is_of_the_attempt, the_index_shows_what_waits, poison_is_deserved, no_late_write_meets_a_new_attempt,
  the_best_goes_first, history_is_a_path;
#define CHECK(law, name) if :: law :: else -> assert(name) fi
active proctype Watch() {
  atomic { !LAWFUL ->
    CHECK(L_LIMIT, claims_keep_to_the_limit);
    CHECK(L_RESERVE, the_reserve_is_for_high_jobs);
    CHECK(L_STARTED, a_name_starts_once);
    CHECK(L_BEGUN, an_attempt_begins_once);
    CHECK(L_FREED, a_slot_is_given_back_once);
    CHECK(L_WORK, work_holds_a_slot);
    CHECK(L_PUBLISHED, what_is_published_succeeds);
    CHECK(L_SLOTS, each_slot_is_one_active_row);
    CHECK(L_TENANT, a_tenant_keeps_to_its_cap);
    CHECK(L_OWN_FENCE, nobody_is_fenced_by_its_own_write);
    CHECK(L_EVIDENCE, an_attempt_ends_by_its_own_execution);
    CHECK(L_INPUT, the_input_is_of_the_attempt);
    CHECK(L_PLACE, the_index_shows_what_waits);
    CHECK(L_TRIES, poison_is_deserved);
    CHECK(L_LATE, no_late_write_meets_a_new_attempt);
    CHECK(L_ORDER, the_best_goes_first);
    CHECK(L_PATH, history_is_a_path)
  }
}
#else
/* Time goes on even when nobody has anything to do: so a job that waits for ever is seen to. */
active proctype Clock() {
  do
  :: faults <= FAULTS                                         /* always; a plain `true` here is refused by pan */
  od
}
#ifdef PINNED
ltl a_capped_tenant_is_in_nobodys_way { <> [] (status[2] != NEW && status[2] != QUEUED) }
#else
#define HAS_ENDED(j) ENDED(status[j])
ltl all_jobs_end_and_all_slots_are_free { <> [] (EACH(HAS_ENDED) && slots == 0) }
#endif
#endif
