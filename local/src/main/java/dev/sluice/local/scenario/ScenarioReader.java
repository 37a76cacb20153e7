package dev.sluice.local.scenario;

import dev.sluice.api.ApiObject;
import dev.sluice.api.Document;
import dev.sluice.api.Fields;
import dev.sluice.api.Manifest;
import dev.sluice.api.Parsed;
import dev.sluice.api.Percent;
import dev.sluice.api.Problem;
import dev.sluice.api.Problems;
import dev.sluice.api.Words;
import dev.sluice.engine.decide.Condition;
import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.world.Command.Action;
import dev.sluice.local.load.Users;
import dev.sluice.local.scenario.Scenario.Version;
import dev.sluice.local.scenario.Step.Act;
import dev.sluice.local.scenario.Step.Moment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/** Reads a scenario's file: one Scenario, and the ReleasePolicy beside it. */
public final class ScenarioReader {
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final double RATE = 200;
  private static final List<Phase> OUTCOMES =
      List.of(Phase.SUCCEEDED, Phase.ABORTED, Phase.REVERTED, Phase.SUPERSEDED);

  private ScenarioReader() {}

  /** Every mistake in the file is found at once, those in its policy too. */
  public static Parsed<Scenario> read(String text) {
    Problems problems = new Problems();
    List<ApiObject> objects = new ArrayList<>();
    List<Scenario> scenarios = new ArrayList<>();
    for (Document document : Document.all(text, problems)) {
      if (document.kind().equals(Optional.of("Scenario"))) {
        scenarios.add(scenario(document.fields()));
      } else {
        Manifest.object(document).ifPresent(objects::add);
      }
    }
    if (scenarios.size() != 1 && problems.none()) {
      problems.add(
          new Problem(
              0,
              "",
              "the file has " + scenarios.size() + " documents of kind Scenario",
              "write exactly one; `sluice lab --show good` prints one to begin with"));
    }
    return scenarios.isEmpty()
        ? new Parsed.Bad<>(problems.list())
        : Parsed.of(scenarios.getFirst().with(new Manifest(objects)), problems);
  }

  private static Scenario scenario(Fields document) {
    String version = document.need("apiVersion", "write " + ApiObject.VERSION);
    if (!version.isEmpty() && !version.equals(ApiObject.VERSION)) {
      document.wrong("apiVersion", "is \"" + version + "\"", "write " + ApiObject.VERSION);
    }
    document.skip("kind");
    Fields metadata = document.needObject("metadata", "write { name: … }");
    String name = metadata.name("name");
    metadata.end();
    Fields spec = document.needObject("spec", "write versions and steps");
    document.end();
    Optional<Fields> load = spec.object("load");
    Map<String, Version> versions = versions(spec);
    String start = start(spec, versions.keySet());
    Scenario scenario =
        new Scenario(
            name,
            spec.text("about").orElse(""),
            spec.integer("pods", 1, 20).orElse(2),
            load.map(l -> l.number("rate", 0, 100_000).orElse(RATE)).orElse(RATE),
            load.map(ScenarioReader::users).orElse(Users.USUAL),
            versions,
            start,
            steps(spec, versions.keySet()),
            expect(spec, versions.keySet()),
            spec.duration("limit").orElse(LIMIT),
            new Manifest(List.of()));
    spec.end();
    return scenario;
  }

  private static Users users(Fields load) {
    Users usual = Users.USUAL;
    Users users =
        new Users(
            load.integer("users", 1, 1_000_000).orElse(usual.users()),
            load.percent("hotUser").map(Percent::fraction).orElse(usual.hot()),
            load.percent("whitelisted").map(Percent::fraction).orElse(usual.whitelisted()),
            load.percent("freshConnections").map(Percent::fraction).orElse(usual.fresh()),
            load.integer("seed", 0, Integer.MAX_VALUE).orElse((int) usual.seed()));
    load.end();
    return users;
  }

  private static Map<String, Version> versions(Fields spec) {
    Map<String, Version> versions = new LinkedHashMap<>();
    if (!spec.has("versions")) {
      spec.wrong("versions", "is missing", "write what there is, like { v1: {}, v2: {} }");
    }
    spec.entries("versions")
        .forEach(
            (name, fields) -> {
              Map<String, String> env = new LinkedHashMap<>(fields.map("env"));
              Optional<Map<String, String>> faults = fields.object("faults").map(Fault::env);
              faults.ifPresent(env::putAll);
              versions.put(
                  name,
                  new Version(
                      fields.texts("command"),
                      env,
                      fields.text("readiness").orElse("/readyz"),
                      faults.isPresent()));
              fields.end();
            });
    return versions;
  }

  private static String start(Fields spec, Set<String> versions) {
    Optional<String> start = spec.text("start");
    start.ifPresent(s -> known(spec, "start", s, versions));
    return start.orElseGet(() -> versions.stream().findFirst().orElse(""));
  }

  private static void known(Fields fields, String field, String version, Set<String> versions) {
    if (!versions.contains(version)) {
      fields.wrong(
          field,
          "is \"" + version + "\", which is no version",
          "write one of " + String.join(", ", versions));
    }
  }

  private static List<Step> steps(Fields spec, Set<String> versions) {
    List<Step> steps = new ArrayList<>();
    for (Fields fields : spec.objects("steps")) {
      steps.add(
          new Step(
              act(fields, versions),
              moment(fields),
              fields.duration("after").orElse(Duration.ZERO)));
      fields.end();
    }
    return steps;
  }

  private static Act act(Fields step, Set<String> versions) {
    step.oneOf(
        "write exactly one of deploy, command, scale, rate, outage",
        "deploy",
        "command",
        "scale",
        "rate",
        "outage");
    Optional<String> deploy = step.text("deploy");
    deploy.ifPresent(d -> known(step, "deploy", d, versions));
    Optional<Action> command = step.word("command", List.of(Action.values()));
    Optional<String> stage = step.text("stage");
    Optional<String> reason = step.text("reason");
    Optional<Act> outage = step.object("outage").map(ScenarioReader::outage);
    if (command.isEmpty() && (stage.isPresent() || reason.isPresent())) {
      step.wrong("", "says stage or reason without a command", "take them away");
    }
    return command
        .<Act>map(action -> new Act.Give(action, stage, reason.orElse("as the scenario has it")))
        .or(() -> deploy.map(Act.Deploy::new))
        .or(() -> outage)
        .or(() -> some(step.integer("scale", 0, 20)).map(Act.Scale::new))
        .or(() -> some(step.integer("rate", 0, 100_000)).map(Act.Rate::new))
        .orElse(new Act.Deploy(""));
  }

  private static Optional<Integer> some(OptionalInt number) {
    return number.isPresent() ? Optional.of(number.getAsInt()) : Optional.empty();
  }

  private static Act outage(Fields outage) {
    Act act =
        new Act.Outage(
            outage.percent("errors").map(Percent::fraction).orElse(0.0),
            outage.number("slow", 1, 1000).orElse(1));
    outage.end();
    return act;
  }

  private static Optional<Moment> moment(Fields step) {
    step.atMostOneOf("write at (a stage) or once (a phase or condition)", "at", "once");
    Optional<String> at = step.text("at");
    Optional<String> once = step.text("once");
    return at.<Moment>map(Moment.Stage::new).or(() -> once.flatMap(word -> once(step, word)));
  }

  private static Optional<Moment> once(Fields step, String word) {
    for (Phase phase : Phase.values()) {
      if (Words.of(phase).equals(word)) {
        return Optional.of(new Moment.In(phase));
      }
    }
    for (Condition condition : List.of(Condition.HELD, Condition.RETREATED)) {
      if (Words.of(condition).equals(word)) {
        return Optional.of(new Moment.Stands(condition));
      }
    }
    String words =
        String.join(
            ", ",
            Stream.concat(Stream.of(Phase.values()), Stream.of(Condition.HELD, Condition.RETREATED))
                .map(Words::of)
                .toList());
    step.wrong("once", "is \"" + word + "\"", "write one of " + words);
    return Optional.empty();
  }

  private static Map<String, Phase> expect(Fields spec, Set<String> versions) {
    Map<String, Phase> expect = new LinkedHashMap<>();
    spec.object("expect")
        .ifPresent(
            fields -> {
              for (String version : fields.names()) {
                known(fields, version, version, versions);
                fields.word(version, OUTCOMES).ifPresent(end -> expect.put(version, end));
              }
              fields.end();
            });
    return expect;
  }
}
