package dev.sluice.cli.lab;

import dev.sluice.api.Manifest;
import dev.sluice.api.MetricSource;
import dev.sluice.api.Pace;
import dev.sluice.api.Parsed;
import dev.sluice.api.PolicyCheck;
import dev.sluice.api.PolicySpec;
import dev.sluice.api.Problem;
import dev.sluice.api.Problems;
import dev.sluice.api.ReleasePolicy;
import dev.sluice.api.Resolved;
import dev.sluice.api.Words;
import dev.sluice.cli.Exit;
import dev.sluice.cli.Failed;
import dev.sluice.engine.decide.Plan;
import dev.sluice.engine.model.Spec;
import dev.sluice.local.node.NodeConfig;
import dev.sluice.local.scenario.Scenario;
import dev.sluice.local.scenario.ScenarioReader;
import dev.sluice.probes.checks.Check;
import dev.sluice.probes.checks.HttpCheck;
import dev.sluice.probes.checks.Subject;
import dev.sluice.probes.checks.WebhookCheck;
import dev.sluice.probes.metrics.Sought;
import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a lab is started with, read and found right.
 *
 * @param plan of the policy, its times divided by the pace
 * @param text of the scenario's file
 * @param policyText of the policy's own file, where one was named
 */
public record LabInput(
    Scenario scenario,
    Resolved policy,
    Plan plan,
    double pace,
    String text,
    Optional<String> policyText) {
  /** A file's name, for messages, and what it holds. */
  public record Source(String name, String text) {}

  /**
   * @param policy a file whose policy is taken instead of the scenario's own
   * @throws Failed naming every mistake
   */
  public static LabInput read(Source file, Optional<Source> policy, double pace) throws Failed {
    Scenario scenario = ok(ScenarioReader.read(file.text()), file.name());
    String name = file.name();
    if (policy.isPresent()) {
      name = policy.get().name();
      scenario = scenario.with(ok(Manifest.read(policy.get().text()), name));
    }
    String where = name;
    ReleasePolicy first =
        scenario
            .policy()
            .orElseThrow(
                () ->
                    new Failed(
                        Exit.USAGE,
                        where + " has no ReleasePolicy. Add one, or name its file with -f."));
    Problems problems = new Problems();
    Resolved resolved = Resolved.of(first, scenario.policies(), Spec.Route.FULL, problems);
    for (MetricSource metric : resolved.metrics()) {
      if (metric.queries().isPresent()) {
        problems.add(
            new Problem(
                0,
                "spec.analysis.metrics",
                "has %s, which Prometheus counts, and the lab has none"
                    .formatted(metric.metric().name()),
                "leave it out here, or count it on the pods' own pages with bad and total"));
      }
    }
    unknownHere(first.spec().checks(), problems);
    if (!problems.none()) {
      throw Failed.file(name, problems.list());
    }
    Plan plan = Plan.of(Pace.divide(resolved.spec(), pace));
    return new LabInput(scenario, resolved, plan, pace, file.text(), policy.map(Source::text));
  }

  /** The same lab as it was started before. */
  static LabInput kept(LabFolder folder, Course course) throws Failed {
    try {
      Optional<Source> policy =
          folder.policy().map(text -> new Source(folder.path() + "/policy.yaml", text));
      return read(
          new Source(folder.path() + "/scenario.yaml", folder.scenario()), policy, course.pace());
    } catch (IOException e) {
      throw new Failed(
          Exit.UNREACHABLE,
          "The lab's files in %s cannot be read: %s. End it with sluice lab --stop."
              .formatted(folder.path(), e));
    }
  }

  /** What the node has to know. */
  NodeConfig node(Programs programs, int port) throws Failed {
    PolicySpec spec = policy.policy().spec();
    Map<String, Check> checks = new HashMap<>();
    for (PolicyCheck check : spec.checks()) {
      check(check).ifPresent(c -> checks.put(check.name(), c));
    }
    return new NodeConfig(
        spec.workloadRef().name(),
        spec.services(),
        spec.route().isPresent(),
        scenario.pods(),
        programs.template(scenario.start(), scenario.version(scenario.start())),
        spec.prepareWithin(),
        checks,
        Sought.by(policy),
        port,
        scenario.users(),
        0);
  }

  /** Empty: it takes a cluster, and {@link #read} has refused it. */
  private Optional<Check> check(PolicyCheck check) {
    return check
        .http()
        .<Check>map(http -> HttpCheck.of(http, check.timeout()))
        .or(
            () ->
                check
                    .webhook()
                    .map(
                        webhook ->
                            new WebhookCheck(
                                URI.create(webhook.url()),
                                webhook.hmac(),
                                check.timeout(),
                                Subject.of(
                                    policy.policy().metadata().namespace().orElse("default"),
                                    policy.policy().metadata().name(),
                                    check))));
  }

  /** What only a cluster has. */
  private static void unknownHere(List<PolicyCheck> checks, Problems problems) {
    for (int i = 0; i < checks.size(); i++) {
      String path = "spec.checks[" + i + "]";
      if (checks.get(i).job().isPresent()) {
        problems.add(
            new Problem(
                0,
                path + ".job",
                "is run by a cluster, and the lab has none",
                "leave it out here"));
      }
      if (checks.get(i).webhook().flatMap(PolicyCheck.Webhook::hmac).isPresent()) {
        problems.add(
            new Problem(
                0,
                path + ".webhook.hmac",
                "is in a cluster, and the lab has none",
                "leave it out here; the request is not signed then"));
      }
    }
  }

  /** How the scenario's releases should end, for people. */
  String expected() {
    return scenario.expect().entrySet().stream()
        .map(e -> e.getKey() + " " + Words.of(e.getValue()))
        .collect(Collectors.joining(", "));
  }

  private static <T> T ok(Parsed<T> parsed, String name) throws Failed {
    return switch (parsed) {
      case Parsed.Ok<T> ok -> ok.value();
      case Parsed.Bad<T> bad -> throw Failed.file(name, bad.problems());
    };
  }
}
