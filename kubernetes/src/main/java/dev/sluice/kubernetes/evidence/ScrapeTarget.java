package dev.sluice.kubernetes.evidence;

import dev.sluice.api.PolicySpec.Scrape;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * Where a pod shows its metrics: as its annotations say it (prometheus.io/scrape, port and path,
 * the common ones), else as the policy does, else at /metrics. A port that nobody names is the
 * first that a container declares.
 */
record ScrapeTarget(int port, String path) {
  private static final String PREFIX = "prometheus.io/";
  private static final String PATH = "/metrics";
  private static final Pattern PORT = Pattern.compile("[1-9][0-9]{0,4}");

  /** Empty: it declares no port, and none is named. */
  static Optional<ScrapeTarget> of(ObservedPod pod, Optional<Scrape> policy) {
    boolean annotated =
        annotation(pod, "scrape").filter("true"::equals).isPresent()
            || (annotation(pod, "port").isPresent()
                && annotation(pod, "scrape").filter("false"::equals).isEmpty());
    Optional<Integer> port =
        annotated
            ? annotation(pod, "port")
                .filter(text -> PORT.matcher(text).matches())
                .map(Integer::parseInt)
            : policy.map(Scrape::port).filter(OptionalInt::isPresent).map(OptionalInt::getAsInt);
    Optional<String> path = annotated ? annotation(pod, "path") : policy.flatMap(Scrape::path);
    return port.or(() -> pod.ports().stream().findFirst())
        .map(p -> new ScrapeTarget(p, path.map(ScrapeTarget::rooted).orElse(PATH)));
  }

  private static Optional<String> annotation(ObservedPod pod, String name) {
    return Optional.ofNullable(pod.annotations().get(PREFIX + name));
  }

  private static String rooted(String path) {
    return path.startsWith("/") ? path : "/" + path;
  }
}
