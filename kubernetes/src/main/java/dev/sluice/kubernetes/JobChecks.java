package dev.sluice.kubernetes;

import dev.sluice.engine.world.CheckResult;
import dev.sluice.probes.checks.Subject;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/**
 * Checks that are Jobs, made of CronJobs that their author lets policies run. A Job's name follows
 * from its release and check, so whoever asks again (a process that was started anew, too) finds
 * the one that there is, running or ended, and starts no second one.
 *
 * <p>What the API server does not tell is neither yes nor no: it is asked again.
 */
public final class JobChecks {
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);

  /** For the Job's controller to see that its time is over. */
  private static final Duration GRACE = Duration.ofSeconds(30);

  private static final int FORBIDDEN = 403;
  private static final int CONFLICT = 409;

  private final KubernetesClient client;
  private final Workload workload;
  private final CheckJob jobs;
  private final InstantSource clock;

  public JobChecks(Cluster cluster, Workload workload, InstantSource clock) {
    this.client = cluster.client();
    this.workload = workload;
    this.jobs = new CheckJob(cluster, workload);
    this.clock = clock;
  }

  /** What one look says. */
  private sealed interface Look {}

  private record Over(CheckResult result) implements Look {}

  private record Runs() implements Look {}

  private record Absent() implements Look {}

  /** The API server did not answer, or not in a way that says anything of the Job. */
  private record Unclear() implements Look {}

  /**
   * Waits for the Job's end; it is made if it is not there.
   *
   * @param cronJob what it is made of
   * @param timeout after which it is ended
   */
  public CheckResult run(Subject subject, String cronJob, Duration timeout)
      throws InterruptedException {
    String name = jobs.name(subject);
    Duration pause = LOOK;
    boolean seen = false;
    while (true) {
      Look look = look(name, timeout);
      if (look instanceof Absent) {
        look =
            seen
                ? over("The Job %s was deleted by somebody.", name)
                : make(subject, cronJob, timeout);
      }
      switch (look) {
        case Over over -> {
          return over.result();
        }
        case Runs _ -> {
          seen = true;
          pause = LOOK;
        }
        case Absent _ -> pause = LOOK;
        case Unclear _ -> {
          Duration next = pause.multipliedBy(2);
          pause = next.compareTo(LONGEST_PAUSE) < 0 ? next : LONGEST_PAUSE;
        }
      }
      Thread.sleep(
          ThreadLocalRandom.current().nextLong(pause.toMillis() / 2, pause.toMillis() + 1));
    }
  }

  private Look look(String name, Duration timeout) {
    try {
      Job job = client.batch().v1().jobs().inNamespace(workload.namespace()).withName(name).get();
      return job == null ? new Absent() : state(job, timeout);
    } catch (KubernetesClientException e) {
      return trouble("The Job %s cannot be read", e, name);
    }
  }

  private Look state(Job job, Duration timeout) {
    String name = job.getMetadata().getName();
    if (!Marks.label(job, Marks.CHECK).equals(Optional.of(workload.policy()))) {
      return over("There is a Job %s that is no check of this policy; delete it.", name);
    }
    if (is(job, "Complete").isPresent()) {
      return new Over(new CheckResult.Passed());
    }
    Optional<JobCondition> failed = is(job, "Failed");
    if (failed.isPresent()) {
      return new Over(new CheckResult.Failed(why(job, failed.get(), timeout)));
    }
    Instant last =
        Instant.parse(job.getMetadata().getCreationTimestamp()).plus(timeout).plus(GRACE);
    return clock.instant().isAfter(last)
        ? over(
            "The Job %s was not done within %d s, and nobody ended it.", name, timeout.toSeconds())
        : new Runs();
  }

  private String why(Job job, JobCondition failed, Duration timeout) {
    String name = job.getMetadata().getName();
    if ("DeadlineExceeded".equals(failed.getReason())) {
      return "The Job %s was not done within %d s; its pods were ended."
          .formatted(name, timeout.toSeconds());
    }
    return "The Job %s failed (%s). Its pods say why: kubectl logs job/%s -n %s"
        .formatted(
            name,
            Optional.ofNullable(failed.getReason()).orElse("no reason is given"),
            name,
            workload.namespace());
  }

  private Look make(Subject subject, String cronJob, Duration timeout) {
    try {
      CronJob from =
          client.batch().v1().cronjobs().inNamespace(workload.namespace()).withName(cronJob).get();
      if (from == null) {
        return over("There is no CronJob %s in %s.", cronJob, workload.namespace());
      }
      Optional<String> refused = jobs.refused(from);
      if (refused.isPresent()) {
        return new Over(new CheckResult.Failed(refused.get()));
      }
      Optional<Job> made = jobs.of(from, subject, timeout);
      if (made.isEmpty()) {
        return new Unclear();
      }
      var _ = client.resource(made.get()).create();
      return new Runs();
    } catch (KubernetesClientException e) {
      // Somebody else has just made it: the next look finds it.
      return e.getCode() == CONFLICT
          ? new Absent()
          : trouble("The CronJob %s cannot be run", e, cronJob);
    }
  }

  private Look trouble(String what, KubernetesClientException e, String name) {
    boolean unclear =
        ApiFailure.isUnanswered(e)
            || e.getCode() >= 500
            || e.getCode() == 429
            || e.getCode() == 408;
    if (unclear) {
      return new Unclear();
    }
    String mend =
        e.getCode() == FORBIDDEN
            ? " Checks by job need get on cronjobs, and get, list, create and delete on jobs (batch)."
            : "";
    return new Over(
        new CheckResult.Failed(
            "%s: %s.%s".formatted(what.formatted(name), ApiFailure.said(e), mend)));
  }

  /**
   * Deletes the Jobs of other releases. Those that failed stay for a day: their logs say why.
   *
   * @param release the one that runs; empty: none does
   * @return whether the API server did what was asked, or never will
   */
  public boolean sweep(Optional<String> release) {
    try {
      List<Job> all =
          client
              .batch()
              .v1()
              .jobs()
              .inNamespace(workload.namespace())
              .withLabel(Marks.CHECK, workload.policy())
              .list()
              .getItems();
      for (Job job : all) {
        boolean wanted =
            release.isPresent() && Marks.annotation(job, Marks.RELEASE).equals(release);
        if (!wanted
            && is(job, "Failed").isEmpty()
            && job.getMetadata().getDeletionTimestamp() == null) {
          var _ = client.resource(job).delete();
        }
      }
      return true;
    } catch (KubernetesClientException e) {
      // Without the right they go by themselves, a day after their end.
      return e.getCode() == FORBIDDEN;
    }
  }

  private static Optional<JobCondition> is(Job job, String type) {
    return Stream.ofNullable(job.getStatus())
        .flatMap(s -> Stream.ofNullable(s.getConditions()))
        .flatMap(List::stream)
        .filter(c -> type.equals(c.getType()) && "True".equals(c.getStatus()))
        .findFirst();
  }

  private static Look over(String why, Object... with) {
    return new Over(new CheckResult.Failed(why.formatted(with)));
  }
}
