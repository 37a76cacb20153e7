package dev.sluice.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import dev.sluice.engine.world.Command.Action;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Makes the CRDs from the records of this module; see docs/adr/0004. It is of the tests, for
 * nothing of it is needed once the files are written.
 */
final class CrdGenerator {
  private static final Path SOURCES = Path.of("src/main/java/dev/sluice/api");
  private static final String NAME = "self.metadata.name.matches('^" + Fields.LABEL + "$')";

  /** A column of {@code kubectl get}. */
  private record Column(String name, String type, String path) {
    static Column text(String name, String path) {
      return new Column(name, "string", path);
    }
  }

  private record Kind(
      Class<? extends ApiObject> type,
      String plural,
      String shortName,
      boolean namespaced,
      Class<?> spec,
      Optional<Class<?>> status,
      List<Column> columns) {}

  private static final List<Kind> KINDS =
      List.of(
          new Kind(
              ReleasePolicy.class,
              "releasepolicies",
              "rp",
              true,
              PolicySpec.class,
              Optional.of(PolicyStatus.class),
              List.of(
                  Column.text("Phase", ".status.phase"),
                  Column.text("Stage", ".status.stage"),
                  Column.text("Weight", ".status.weight"),
                  Column.text("Verdict", ".status.verdict"))),
          new Kind(
              Release.class,
              "releases",
              "rel",
              true,
              Release.Spec.class,
              Optional.of(Release.Status.class),
              List.of(
                  Column.text("Policy", ".spec.policy"),
                  Column.text("Phase", ".status.phase"),
                  Column.text("Stage", ".status.stage"),
                  Column.text("Weight", ".status.weight"),
                  new Column("Odds", "number", ".status.odds"))),
          new Kind(
              ReleaseCommand.class,
              "releasecommands",
              "rcmd", // rc is ReplicationController
              true,
              ReleaseCommand.Spec.class,
              Optional.empty(),
              List.of(
                  Column.text("Release", ".spec.release"),
                  Column.text("Action", ".spec.action"),
                  Column.text("By", ".spec.by"))),
          new Kind(
              MetricTemplate.class,
              "metrictemplates",
              "mt",
              true,
              MetricTemplate.Spec.class,
              Optional.empty(),
              List.of(Column.text("Description", ".spec.description"))),
          new Kind(
              ClusterMetricTemplate.class,
              "clustermetrictemplates",
              "cmt",
              false,
              MetricTemplate.Spec.class,
              Optional.empty(),
              List.of(Column.text("Description", ".spec.description"))));

  private CrdGenerator() {}

  /** The text of each file, by its name. */
  static Map<String, String> files() throws IOException {
    Javadocs docs = Javadocs.of(SOURCES);
    Defaults defaults = Defaults.ofPolicy();
    Limits limits = limits();
    Map<String, String> files = new LinkedHashMap<>();
    for (Kind kind : KINDS) {
      files.put(
          kind.plural() + ".yaml",
          yaml(
              crd(
                  kind,
                  docs,
                  kind.spec() == PolicySpec.class ? defaults : Defaults.none(),
                  limits)));
    }
    if (!limits.neverAsked().isEmpty()) {
      throw new IllegalStateException(
          "limits on fields that there are not: " + limits.neverAsked());
    }
    return files;
  }

  private static Limits limits() {
    Limits to = new Limits();
    PolicyLimits.on(to);
    NotifyLimits.on(to);
    to.component(
        PolicyStatus.class,
        "conditions",
        s ->
            s.with("x-kubernetes-list-type", "map")
                .with("x-kubernetes-list-map-keys", List.of("type")));
    to.type(
        PolicyStatus.Condition.class,
        s ->
            s.with(
                "required", List.of("type", "status", "lastTransitionTime", "reason", "message")));
    to.type(
        Release.Spec.class,
        s ->
            s.rule(
                "self == oldSelf",
                "a release is of one version from its beginning to its end; change the workload's"
                    + " template for another one"));
    Pattern hash = Pattern.compile("[a-z0-9]{1,63}");
    to.component(Release.Spec.class, "policy", _ -> Schema.name());
    for (String version : List.of("stableHash", "candidateHash")) {
      to.component(
          Release.Spec.class,
          version,
          s -> s.atMostCharacters(63).form(hash, "write the version's pod-template-hash"));
    }
    to.component(Release.Status.class, "decisions", s -> s.with("maxItems", 100));
    to.type(
        Release.Status.class,
        s -> {
          s.node()
              .withObject("properties")
              .putObject("state")
              .put("description", "what the operator must remember; nobody else should read it")
              .put("type", "object")
              .put("x-kubernetes-preserve-unknown-fields", true);
          return s;
        });
    to.type(
        ReleaseCommand.Spec.class,
        s ->
            s.rule(
                    "self == oldSelf",
                    "a command cannot be changed once it is given; create another one")
                .rule(
                    "!has(self.stage) || self.action == '%s'".formatted(Words.of(Action.APPROVE)),
                    "stage is said for another action; write it for Approve only"));
    to.component(ReleaseCommand.Spec.class, "release", _ -> Schema.name());
    to.component(ReleaseCommand.Spec.class, "stage", s -> s.atMostCharacters(63));
    to.component(ReleaseCommand.Spec.class, "groups", s -> s.items(0, 1000));
    to.elements(ReleaseCommand.Spec.class, "groups", s -> s.atMostCharacters(1024));
    return to;
  }

  private static ObjectNode crd(Kind kind, Javadocs docs, Defaults defaults, Limits limits) {
    String name = kind.type().getSimpleName();
    ObjectNode crd = JsonNodeFactory.instance.objectNode();
    crd.put("apiVersion", "apiextensions.k8s.io/v1").put("kind", "CustomResourceDefinition");
    crd.putObject("metadata").put("name", kind.plural() + ".sluice.dev");
    ObjectNode spec = crd.putObject("spec");
    spec.put("group", "sluice.dev").put("scope", kind.namespaced() ? "Namespaced" : "Cluster");
    ObjectNode names = spec.putObject("names");
    names
        .put("kind", name)
        .put("plural", kind.plural())
        .put("singular", name.toLowerCase(java.util.Locale.ROOT));
    names.put("listKind", name + "List");
    names.putArray("shortNames").add(kind.shortName());
    names.putArray("categories").add("sluice");
    ObjectNode version = spec.putArray("versions").addObject();
    version.put("name", "v1alpha1").put("served", true).put("storage", true);
    if (kind.status().isPresent()) {
      version.putObject("subresources").putObject("status");
    }
    for (Column column : kind.columns()) {
      version
          .withArray("additionalPrinterColumns")
          .addObject()
          .put("name", column.name())
          .put("type", column.type())
          .put("jsonPath", column.path());
    }
    version
        .withArray("additionalPrinterColumns")
        .addObject()
        .put("name", "Age")
        .put("type", "date")
        .put("jsonPath", ".metadata.creationTimestamp");
    Schema root =
        limits.limit(
            Javadocs.name(kind.type()),
            Schema.ofType("object")
                .with("description", docs.of(kind.type()).orElseThrow())
                .with("required", List.of("spec"))
                .rule(
                    NAME,
                    "metadata.name cannot be used; write lower-case letters, digits and -, at most"
                        + " 63"));
    ObjectNode properties = root.node().putObject("properties");
    properties.putObject("apiVersion").put("type", "string");
    properties.putObject("kind").put("type", "string");
    properties.putObject("metadata").put("type", "object");
    properties.set(
        "spec", new RecordSchema(docs, defaults, limits, true).of(kind.spec(), "spec").node());
    kind.status()
        .ifPresent(
            status ->
                properties.set(
                    "status",
                    new RecordSchema(docs, defaults, limits, false).of(status, "status").node()));
    version.putObject("schema").set("openAPIV3Schema", root.node());
    return crd;
  }

  private static String yaml(ObjectNode node) throws JsonProcessingException {
    ObjectMapper mapper =
        new ObjectMapper(
            YAMLFactory.builder()
                .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                .disable(YAMLGenerator.Feature.SPLIT_LINES)
                .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
                .build());
    return "# Made from the records of module api: ./mvnw -pl api -am test -Dtest=CrdTest -Dsurefire.failIfNoSpecifiedTests=false -Dsluice.crds=write\n"
        + mapper.writeValueAsString(node);
  }
}
