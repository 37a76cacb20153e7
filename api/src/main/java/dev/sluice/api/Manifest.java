package dev.sluice.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.engine.world.Command.Action;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The objects of a file, in its order.
 *
 * <p>A {@link Release} is never read: Sluice writes it.
 */
public record Manifest(List<ApiObject> objects) {
  private static final String KINDS =
      "write ReleasePolicy, ReleaseCommand, MetricTemplate or ClusterMetricTemplate";

  public Manifest {
    objects = List.copyOf(objects);
  }

  /** Reads a whole file; every mistake in it is found at once. */
  public static Parsed<Manifest> read(String text) {
    Problems problems = new Problems();
    List<ApiObject> objects = new ArrayList<>();
    for (Document document : Document.all(text, problems)) {
      object(document).ifPresent(objects::add);
    }
    return Parsed.of(new Manifest(objects), problems);
  }

  /** The same of objects that an API server has: problems name no lines. */
  public static Parsed<Manifest> of(List<? extends JsonNode> trees) {
    Problems problems = new Problems();
    List<ApiObject> objects = new ArrayList<>();
    for (JsonNode tree : trees) {
      object(Document.of(tree, problems)).ifPresent(objects::add);
    }
    return Parsed.of(new Manifest(objects), problems);
  }

  /** Reads one document; empty where it is of no kind that can be read, which is then noted. */
  public static Optional<ApiObject> object(Document document) {
    Fields fields = document.fields();
    String version = fields.need("apiVersion", "write " + ApiObject.VERSION);
    if (!version.isEmpty() && !version.equals(ApiObject.VERSION)) {
      fields.wrong("apiVersion", "is \"" + version + "\"", "write " + ApiObject.VERSION);
    }
    String kind = fields.need("kind", KINDS);
    Metadata metadata = Metadata.read(fields.needObject("metadata", "write { name: … }"));
    Optional<ApiObject> object =
        switch (kind) {
          case "ReleasePolicy" ->
              Optional.of(
                  new ReleasePolicy(
                      metadata,
                      PolicyReader.read(fields.needObject("spec", "write what is released"))));
          case "MetricTemplate" ->
              Optional.of(new MetricTemplate(metadata, AnalysisReader.template(spec(fields))));
          case "ClusterMetricTemplate" ->
              Optional.of(
                  new ClusterMetricTemplate(metadata, AnalysisReader.template(spec(fields))));
          case "ReleaseCommand" -> Optional.of(new ReleaseCommand(metadata, command(spec(fields))));
          default -> {
            if (!kind.isEmpty()) {
              fields.wrong("kind", "is \"" + kind + "\"", KINDS);
            }
            fields.skip("spec");
            yield Optional.empty();
          }
        };
    fields.skip("status");
    fields.end();
    return object;
  }

  private static Fields spec(Fields fields) {
    return fields.needObject("spec", "write it");
  }

  private static ReleaseCommand.Spec command(Fields spec) {
    Action action =
        spec.required(
                spec.word("action", List.of(Action.values())),
                "action",
                "write what to do, like Approve")
            .orElse(Action.PAUSE);
    Optional<String> stage = spec.text("stage");
    if (stage.isPresent() && action != Action.APPROVE) {
      spec.wrong("stage", "is said for " + Words.of(action), "write it for Approve only");
    }
    ReleaseCommand.Spec read =
        new ReleaseCommand.Spec(
            spec.name("release"),
            action,
            stage,
            spec.need("reason", "write why, for the record"),
            spec.text("by"),
            spec.texts("groups"));
    spec.end();
    return read;
  }
}
