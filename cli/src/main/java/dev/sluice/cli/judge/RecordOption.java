package dev.sluice.cli.judge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.api.LadderWriter;
import dev.sluice.api.Parsed;
import dev.sluice.api.Resolved;
import dev.sluice.cli.Failed;
import dev.sluice.engine.model.Metric;
import dev.sluice.engine.model.Spec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where what the judge of a release reads is written, for commands that drive one. */
public final class RecordOption {
  @Option(
      names = "--record",
      paramLabel = "FILE",
      description =
          "Where what the judge of the release reads is written, as input of sluice judge. Of several"
              + " releases the first.")
  private @Nullable Path file;

  /** Filled in by picocli. */
  public RecordOption() {}

  /**
   * Before anything is released.
   *
   * @param policyFile for messages
   * @param spec of the policy, with the times that are really kept
   * @param tick of the loop that drives the release
   * @param says gets sentences for people, while the release runs
   * @throws Failed if the policy cannot be said there, or the file cannot be written
   */
  public Recorder open(
      String policyFile, Resolved policy, Spec spec, Duration tick, Consumer<String> says)
      throws Failed {
    if (file == null) {
      return Recorder.none();
    }
    return switch (LadderWriter.write(policy, spec, tick)) {
      case Parsed.Ok<ObjectNode>(ObjectNode config) ->
          Transcript.to(file, config, tick, levels(spec), says);
      case Parsed.Bad<ObjectNode>(var problems) -> throw Failed.file(policyFile, problems);
    };
  }

  private static Set<String> levels(Spec spec) {
    return spec.analysis().metrics().stream()
        .filter(metric -> metric.kind().isLevel())
        .map(Metric::name)
        .collect(Collectors.toUnmodifiableSet());
  }
}
