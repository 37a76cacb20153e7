package dev.sluice.cli.release;

import dev.sluice.cli.Exit;
import dev.sluice.cli.Failed;
import dev.sluice.cli.Output;
import dev.sluice.cli.scene.PolicyView;
import dev.sluice.cli.scene.ReleaseView;
import dev.sluice.cli.scene.Scene;
import dev.sluice.cli.scene.Tables;
import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What goes on. */
@Command(
    name = "get",
    description = {
      "Shows policies with the release that runs, or the last one; or releases.",
      "With -o wide policies also say what their judges have shown: how many placebo releases raised"
          + " an alarm, the rate of false alarms that follows with 95 % confidence, since when, and how"
          + " many more without an alarm arm it.",
      "With -o yaml or json it prints the objects, without what only Sluice itself should read.",
      "Exit code: 0 shown, 2 there is no such thing, 4 the cluster cannot be asked."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  sluice get",
      "  sluice get releases -n shop",
      "  sluice get policies -A",
      "  sluice get -o wide",
      "  sluice get order-service -o yaml",
      "  sluice get --lab"
    })
public final class GetCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..1",
      defaultValue = "policies",
      paramLabel = "WHAT",
      completionCandidates = Kinds.class,
      description = "policies, releases, or the name of one of them (default: ${DEFAULT-VALUE})")
  private String what;

  @Option(
      names = {"-A", "--all-namespaces"},
      description = "Those of all namespaces.")
  private boolean everywhere;

  @Mixin private Place place;

  @Option(
      names = {"-o", "--output"},
      defaultValue = "table",
      description = "table, wide, json or yaml (default: ${DEFAULT-VALUE})")
  private Format format;

  @Spec private CommandSpec spec;

  /** Filled in by picocli. */
  @SuppressWarnings("NullAway.Init")
  public GetCommand() {}

  /** A table may have more columns here. */
  enum Format {
    TABLE,
    WIDE,
    JSON,
    YAML;

    Output output() {
      return this == WIDE ? Output.TABLE : Output.valueOf(name());
    }
  }

  /** For completion. */
  static final class Kinds implements Iterable<String> {
    /** Made by picocli. */
    Kinds() {}

    @Override
    public Iterator<String> iterator() {
      return List.of("policies", "releases").iterator();
    }
  }

  @Override
  public Integer call() throws Failed, IOException {
    try (Scene scene = place.open(everywhere)) {
      switch (what) {
        case "policies", "policy", "releasepolicies", "releasepolicy", "rp" ->
            policies(scene, scene.policies());
        case "releases", "release" -> releases(scene, scene.releases(Optional.empty()));
        default -> one(scene);
      }
    }
    return Exit.SUCCEEDED;
  }

  private void one(Scene scene) throws Failed, IOException {
    if (everywhere) {
      throw new ParameterException(
          spec.commandLine(), "A name is of one namespace: say which with -n, and leave out -A.");
    }
    switch (Meant.by(Optional.of(what), scene)) {
      case Meant.APolicy(PolicyView view) -> print(view.object(), table(List.of(view)));
      case Meant.ARelease(ReleaseView view, _) ->
          print(view.object(), Tables.releases(List.of(view), false));
    }
  }

  private void policies(Scene scene, List<PolicyView> views) {
    print(
        list(views.stream().map(PolicyView::object).toList()),
        views.isEmpty() ? nothing("ReleasePolicy", scene) : table(views));
  }

  private String table(List<PolicyView> views) {
    return Tables.policies(views, everywhere, format == Format.WIDE);
  }

  private void releases(Scene scene, List<ReleaseView> views) {
    print(
        list(views.stream().map(ReleaseView::object).toList()),
        views.isEmpty() ? nothing("Release", scene) : Tables.releases(views, everywhere));
  }

  private static String nothing(String kind, Scene scene) {
    return "There is no %s in %s.".formatted(kind, scene.name());
  }

  /** As kubectl prints several objects. */
  private static Map<String, Object> list(List<Object> items) {
    Map<String, Object> list = new LinkedHashMap<>();
    list.put("apiVersion", "v1");
    list.put("kind", "List");
    list.put("items", items);
    return list;
  }

  private void print(Object objects, String table) {
    spec.commandLine().getOut().println(format.output().of(objects, table));
  }
}
