package dev.sluice.cli.cluster;

import dev.sluice.cli.Exit;
import dev.sluice.cli.Failed;
import dev.sluice.probes.metrics.prometheus.Access;
import dev.sluice.probes.metrics.prometheus.Prometheus;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where Prometheus is, and what it must be told. */
final class PrometheusOptions {
  @Option(
      names = "--prometheus",
      paramLabel = "URL",
      description =
          "Where Prometheus is, for metrics that are asked of it by queries. Nobody else is asked.")
  private @Nullable URI url;

  @Option(
      names = "--prometheus-token-file",
      paramLabel = "FILE",
      description = "Holds the token that Prometheus wants; needs https. Read anew each time.")
  private @Nullable Path token;

  @Option(
      names = "--prometheus-user",
      paramLabel = "NAME",
      description = "The user that Prometheus wants; needs https and --prometheus-password-file.")
  private @Nullable String user;

  @Option(
      names = "--prometheus-password-file",
      paramLabel = "FILE",
      description = "Holds that user's password. Read anew each time.")
  private @Nullable Path password;

  Optional<Prometheus> server() throws Failed {
    if (url == null) {
      if (token != null || user != null || password != null) {
        throw new Failed(
            Exit.USAGE, "A secret for Prometheus, and no --prometheus URL to send it to.");
      }
      return Optional.empty();
    }
    try {
      return Optional.of(new Prometheus(url, access()));
    } catch (IllegalArgumentException e) {
      throw new Failed(Exit.USAGE, e.getMessage() + ".");
    }
  }

  private Access access() {
    if (token != null && user == null && password == null) {
      return new Access.Bearer(token);
    }
    if (token == null && user != null && password != null) {
      return new Access.Basic(user, password);
    }
    if (token == null && user == null && password == null) {
      return new Access.Open();
    }
    throw new IllegalArgumentException(
        "Prometheus is told a token (--prometheus-token-file), or a user with a password"
            + " (--prometheus-user and --prometheus-password-file)");
  }
}
