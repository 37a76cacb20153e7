package dev.sluice.cli.init;

import dev.sluice.cli.init.Place.From;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Where the pods of a Deployment may show their metrics, the likeliest first. */
final class Places {
  /** Each is asked for once, so there are few. */
  static final int MOST = 12;

  static final String USUAL = "/metrics";
  private static final List<String> PATHS = List.of(USUAL, "/actuator/prometheus", "/q/metrics");
  private static final Set<String> NAMES =
      Set.of("metrics", "http-metrics", "prometheus", "prom", "management", "actuator");
  private static final Pattern PATH = Pattern.compile("/[\\w.~!$&'()*+,;=:@%/-]*");
  private static final Pattern PORT = Pattern.compile("[1-9][0-9]{0,4}");
  private static final int LARGEST_PORT = 65_535;

  /** Istio's agent shows its own and the service's counters together there. */
  private static final String SIDECAR = "istio-proxy";

  private static final int SIDECARS_PORT = 15_020;
  private static final String SIDECARS_PATH = "/stats/prometheus";

  private Places() {}

  /**
   * @param monitored what monitors say
   */
  static List<Place> of(Deployment deployment, List<Place> monitored) {
    List<Place> all = new ArrayList<>();
    annotated(deployment).ifPresent(place -> add(all, place));
    for (ContainerPort port : ports(deployment)) {
      if (port.getName() != null && NAMES.contains(port.getName())) {
        PATHS.forEach(path -> add(all, new Place(port.getContainerPort(), path, From.NAME)));
      }
    }
    monitored.forEach(place -> add(all, place));
    for (String path : PATHS) {
      ports(deployment)
          .forEach(port -> add(all, new Place(port.getContainerPort(), path, From.GUESS)));
    }
    if (containers(deployment).stream().anyMatch(c -> SIDECAR.equals(c.getName()))) {
      add(all, new Place(SIDECARS_PORT, SIDECARS_PATH, From.GUESS));
    }
    return all.stream().limit(MOST).toList();
  }

  /** What the annotations say, as they are followed when a release runs; empty: they do not. */
  static Optional<Place> annotated(Deployment deployment) {
    Map<String, String> annotations =
        Optional.ofNullable(deployment.getSpec().getTemplate().getMetadata().getAnnotations())
            .orElse(Map.of());
    String scrape = annotations.getOrDefault("prometheus.io/scrape", "");
    String port = annotations.getOrDefault("prometheus.io/port", "");
    boolean followed =
        scrape.equals("true")
            || (annotations.containsKey("prometheus.io/port") && !scrape.equals("false"));
    if (!followed) {
      return Optional.empty();
    }
    String path = annotations.getOrDefault("prometheus.io/path", USUAL);
    String rooted = path.startsWith("/") ? path : "/" + path;
    Optional<Integer> first =
        ports(deployment).stream().findFirst().map(ContainerPort::getContainerPort);
    return (PORT.matcher(port).matches() ? Optional.of(Integer.parseInt(port)) : first)
        .map(p -> new Place(p, rooted, From.ANNOTATIONS))
        .filter(Places::canBeAsked);
  }

  /** Where no page answers, what would be asked by that policy's defaults. */
  static Optional<Place> usual(Deployment deployment) {
    return annotated(deployment)
        .or(
            () ->
                ports(deployment).stream()
                    .findFirst()
                    .map(p -> new Place(p.getContainerPort(), USUAL, From.GUESS)));
  }

  static List<ContainerPort> ports(Deployment deployment) {
    return containers(deployment).stream()
        .flatMap(c -> Optional.ofNullable(c.getPorts()).orElse(List.of()).stream())
        .toList();
  }

  static boolean canBeAsked(Place place) {
    return place.port() > 0 && place.port() <= LARGEST_PORT && PATH.matcher(place.path()).matches();
  }

  private static List<Container> containers(Deployment deployment) {
    return deployment.getSpec().getTemplate().getSpec().getContainers();
  }

  private static void add(List<Place> all, Place place) {
    if (canBeAsked(place) && all.stream().noneMatch(p -> p.isAt(place.port(), place.path()))) {
      all.add(place);
    }
  }
}
