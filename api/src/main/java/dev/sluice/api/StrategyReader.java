package dev.sluice.api;

import dev.sluice.api.PolicySpec.Affinity;
import dev.sluice.api.PolicySpec.BlueGreen;
import dev.sluice.api.PolicySpec.Canary;
import dev.sluice.api.PolicySpec.Match;
import dev.sluice.api.PolicySpec.Stage;
import dev.sluice.engine.model.Approval;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads how a version takes over. */
final class StrategyReader {
  private static final Duration LONGEST = Duration.ofDays(30);
  private static final Duration BAKE = Duration.ofMinutes(15);

  /** A token of RFC 9110, which names of headers and cookies are. */
  static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}");

  /** What fits a header and a cookie alike: RFC 6265, cookie-octet. */
  static final Pattern VALUE = Pattern.compile("[!#-+\\--:<-\\[\\]-~]{1,256}");

  static final int STAGES = 50;
  static final int MATCHES = 16;

  static final List<Approval> ASKED = List.of(Approval.BEFORE, Approval.AFTER);

  private final List<String> services;
  private final boolean routed;

  private StrategyReader(List<String> services, boolean routed) {
    this.services = services;
    this.routed = routed;
  }

  static PolicySpec.Strategy read(Fields strategy, List<String> services, boolean routed) {
    StrategyReader reader = new StrategyReader(services, routed);
    PolicySpec.Strategy read =
        new PolicySpec.Strategy(
            strategy.object("canary").map(reader::canary),
            strategy.object("blueGreen").map(reader::blueGreen));
    if (strategy.sound() || strategy.has("canary") || strategy.has("blueGreen")) {
      strategy.oneOf("write exactly one of canary, blueGreen", "canary", "blueGreen");
    }
    strategy.end();
    return read;
  }

  /** Of the stages as they will run, a preset's too. */
  static List<String> stageNames(PolicySpec.Strategy strategy) {
    return strategy
        .canary()
        .map(
            canary ->
                canary
                    .preset()
                    .map(p -> p.stages().stream().map(s -> s.name()).toList())
                    .orElseGet(() -> canary.stages().stream().map(Stage::name).toList()))
        .orElse(List.of());
  }

  private Canary canary(Fields canary) {
    canary.atMostOneOf("keep the preset or write stages of your own", "preset", "stages");
    Optional<Preset> preset = canary.word("preset", List.of(Preset.values()));
    List<Stage> stages = stages(canary);
    if (canary.has("stages") && stages.isEmpty() && canary.sound()) {
      canary.wrong("stages", "has none", "write at least one, like { name: small, weight: 5 }");
    }
    Canary read =
        new Canary(
            canary.has("stages") ? preset : Optional.of(preset.orElse(Preset.STANDARD)),
            stages,
            PolicyReader.atMost(canary, "bake", LONGEST).orElse(BAKE),
            canary.object("affinity").map(this::affinity),
            canary.flag("adaptive").orElse(false));
    canary.end();
    return read;
  }

  private List<Stage> stages(Fields canary) {
    List<Fields> list = canary.objects("stages");
    if (list.size() > STAGES) {
      canary.wrong("stages", "has " + list.size(), "write at most " + STAGES);
    }
    List<Stage> stages = new ArrayList<>();
    Percent before = Percent.of(0);
    int matches = 0;
    for (Fields fields : list) {
      Stage stage = stage(fields, before);
      before = stage.weight().orElse(before);
      matches += stage.match().size();
      if (stages.isEmpty() && fields.sound() && !reaches(stage, before)) {
        fields.wrong("", "gives the candidate nothing", "write weight, match or mirror");
      }
      stages.add(stage);
    }
    if (matches > MATCHES) {
      canary.wrong("stages", "has " + matches + " matches", "write at most " + MATCHES + " in all");
    }
    canary.distinct("stages", stages.stream().map(Stage::name).toList());
    return stages;
  }

  private static boolean reaches(Stage stage, Percent weight) {
    return weight.value().signum() > 0
        || !stage.match().isEmpty()
        || stage.mirror().filter(m -> m.value().signum() > 0).isPresent();
  }

  private Stage stage(Fields stage, Percent before) {
    String name = stage.name("name");
    Optional<Percent> weight = share(stage, "weight");
    if (weight.filter(w -> w.value().compareTo(before.value()) < 0).isPresent()) {
      stage.wrong(
          "weight",
          "falls to " + weight.get() + " from " + before,
          "write at least " + before + "; a stage never takes users back");
    }
    List<Match> match = matches(stage);
    Optional<Duration> min = PolicyReader.atMost(stage, "min", LONGEST);
    Optional<Duration> max = PolicyReader.atMost(stage, "max", LONGEST);
    if (min.isPresent() && max.filter(m -> m.compareTo(min.get()) < 0).isPresent()) {
      stage.wrong(
          "max",
          "is " + ShortDuration.format(max.get()),
          "write at least min, which is " + ShortDuration.format(min.get()));
    }
    Optional<Approval> approve = stage.word("approve", ASKED);
    Optional<Percent> holdback = share(stage, "holdback");
    Percent whole = weight.orElse(before);
    if (holdback
        .filter(h -> h.value().signum() > 0 && h.value().compareTo(whole.value()) >= 0)
        .isPresent()) {
      stage.wrong(
          "holdback",
          "is " + holdback.get() + " of a weight of " + whole,
          "write less than the weight: it is the part of it that stays with stable");
    }
    Optional<Percent> mirror = share(stage, "mirror");
    needsRoute(stage, "mirror");
    stage.end();
    return new Stage(name, weight, match, min, max, approve, holdback, mirror);
  }

  private static Optional<Percent> share(Fields fields, String field) {
    Optional<Percent> share = fields.percent(field);
    if (share.filter(s -> !s.servable()).isPresent()) {
      fields.wrong(
          field,
          "is " + share.get() + ", finer than routes can split",
          "write a multiple of 0.1%, like \"0.5%\"");
    }
    return share;
  }

  private List<Match> matches(Fields stage) {
    List<Match> matches = new ArrayList<>();
    for (Fields match : stage.objects("match")) {
      match.oneOf(
          "write { header: NAME, exact: VALUE } or { cookie: NAME, exact: VALUE }",
          "header",
          "cookie");
      Optional<String> header = token(match, "header");
      Optional<String> cookie = token(match, "cookie");
      String exact = match.need("exact", "write the value that is compared");
      if (!exact.isEmpty() && !VALUE.matcher(exact).matches()) {
        match.wrong(
            "exact",
            "is \"" + exact + "\"",
            "write letters, digits and signs without blanks, quotes, commas and semicolons");
      }
      match.end();
      matches.add(new Match(header, cookie, exact));
    }
    needsRoute(stage, "match");
    return matches;
  }

  private void needsRoute(Fields fields, String field) {
    if (fields.has(field) && !routed) {
      fields.wrong(
          field, "needs a route, and the policy names none", "add route, or take this away");
    }
  }

  private static Optional<String> token(Fields fields, String field) {
    Optional<String> token = fields.text(field);
    if (token.filter(t -> !TOKEN.matcher(t).matches()).isPresent()) {
      fields.wrong(
          field,
          "is \"" + token.get() + "\"",
          "write a name of letters, digits and -, like x-canary");
    }
    return token;
  }

  private Affinity affinity(Fields affinity) {
    String usual = "sluice-track";
    Affinity read =
        new Affinity(
            token(affinity, "cookie").orElse(usual),
            PolicyReader.positive(affinity, "maxAge", LONGEST).orElse(Duration.ofHours(1)));
    if (!routed) {
      affinity.wrong(
          "", "needs a route, and the policy names none", "add route, or take this away");
    }
    affinity.end();
    return read;
  }

  private BlueGreen blueGreen(Fields blueGreen) {
    Optional<String> preview = blueGreen.optionalName("previewService");
    if (preview.filter(services::contains).isPresent()) {
      blueGreen.wrong(
          "previewService",
          "is \"" + preview.get() + "\", which users come through",
          "name a Service of its own, not one of services");
    }
    BlueGreen read =
        new BlueGreen(
            preview,
            PolicyReader.atMost(blueGreen, "validate", LONGEST).orElse(Duration.ofMinutes(5)),
            blueGreen.word("approve", ASKED),
            PolicyReader.atMost(blueGreen, "bake", LONGEST).orElse(BAKE));
    blueGreen.end();
    return read;
  }
}
