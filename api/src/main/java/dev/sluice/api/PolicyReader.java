package dev.sluice.api;

import dev.sluice.api.PolicySpec.Capacity;
import dev.sluice.api.PolicySpec.Gateway;
import dev.sluice.api.PolicySpec.IngressNginx;
import dev.sluice.api.PolicySpec.IngressRef;
import dev.sluice.api.PolicySpec.PerPod;
import dev.sluice.api.PolicySpec.Route;
import dev.sluice.api.PolicySpec.RouteRef;
import dev.sluice.api.PolicySpec.WorkloadRef;
import dev.sluice.engine.model.Spec.AfterAbort;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Reads a policy's spec, with its defaults; strategy, analysis and checks have readers of their
 * own.
 */
final class PolicyReader {
  private static final Duration DAY = Duration.ofDays(1);

  private PolicyReader() {}

  static PolicySpec read(Fields spec) {
    WorkloadRef workload =
        workload(spec.needObject("workloadRef", "write { kind: Deployment, name: … }"));
    List<String> services = services(spec);
    Optional<Route> route = spec.object("route").map(PolicyReader::route);
    PolicySpec.Strategy strategy =
        StrategyReader.read(
            spec.needObject("strategy", "write canary: { preset: Standard } or blueGreen: {}"),
            services,
            spec.has("route"));
    PolicySpec read =
        new PolicySpec(
            workload,
            services,
            route,
            strategy,
            spec.word("hold", List.of(PolicySpec.Hold.values())),
            atMost(spec, "keepWarm", Duration.ofDays(7)).orElse(Duration.ofHours(1)),
            atMost(spec, "drain", Duration.ofHours(1)).orElse(Duration.ofSeconds(10)),
            positive(spec, "prepareWithin", DAY).orElse(Duration.ofMinutes(10)),
            spec.flag("rehearseWayBack").orElse(true),
            spec.word("afterAbort", List.of(AfterAbort.values())).orElse(AfterAbort.KEEP),
            spec.integer("history", 1, 1000).orElse(20),
            AnalysisReader.read(spec.object("analysis")),
            capacity(spec.object("capacity")),
            CheckReader.read(spec, strategy),
            spec.object("approvals").map(Approvals::read),
            NotifyReader.read(spec));
    spec.end();
    return read;
  }

  private static WorkloadRef workload(Fields ref) {
    String apiVersion = ref.text("apiVersion").orElse("apps/v1");
    if (!apiVersion.equals("apps/v1")) {
      ref.wrong("apiVersion", "is \"" + apiVersion + "\"", "write apps/v1");
    }
    String kind = ref.text("kind").orElse("Deployment");
    if (!kind.equals("Deployment")) {
      ref.wrong("kind", "is \"" + kind + "\", which Sluice does not release", "write Deployment");
    }
    WorkloadRef workload = new WorkloadRef(apiVersion, kind, ref.name("name"));
    ref.end();
    return workload;
  }

  private static List<String> services(Fields spec) {
    List<String> services = spec.texts("services");
    if (services.isEmpty() && !spec.has("services")) {
      spec.wrong(
          "services", "is missing", "name every Service that selects the pods, like [orders]");
    } else if (services.isEmpty()) {
      spec.wrong("services", "names none", "name every Service that selects the pods");
    }
    spec.distinct("services", services);
    return services;
  }

  private static Route route(Fields route) {
    Optional<Gateway> gateway = route.object("gateway").map(PolicyReader::gateway);
    Optional<IngressNginx> nginx = route.object("ingressNginx").map(PolicyReader::ingressNginx);
    route.oneOf("write exactly one of gateway, ingressNginx", "gateway", "ingressNginx");
    route.end();
    return new Route(gateway, nginx);
  }

  private static Gateway gateway(Fields gateway) {
    Gateway read = new Gateway(routes(gateway, "httpRoutes"), routes(gateway, "grpcRoutes"));
    if (read.httpRoutes().isEmpty() && read.grpcRoutes().isEmpty() && gateway.sound()) {
      gateway.wrong("", "names no route", "write httpRoutes: [{ name: … }]");
    }
    gateway.end();
    return read;
  }

  private static List<RouteRef> routes(Fields gateway, String field) {
    List<RouteRef> routes = new ArrayList<>();
    for (Fields ref : gateway.objects(field)) {
      List<Integer> rules = new ArrayList<>();
      List<String> positions = ref.texts("rules");
      for (int i = 0; i < positions.size(); i++) {
        if (positions.get(i).matches("\\d{1,2}")) {
          rules.add(Integer.valueOf(positions.get(i)));
        } else {
          ref.wrong(
              "rules[" + i + "]",
              "is \"" + positions.get(i) + "\"",
              "write the rule's position, from 0");
        }
      }
      routes.add(new RouteRef(ref.name("name"), ref.optionalName("namespace"), rules));
      ref.end();
    }
    gateway.distinct(
        field, routes.stream().map(r -> r.namespace().orElse("") + "/" + r.name()).toList());
    return routes;
  }

  private static IngressNginx ingressNginx(Fields nginx) {
    List<IngressRef> ingresses = new ArrayList<>();
    for (Fields ref : nginx.objects("ingresses")) {
      ingresses.add(new IngressRef(ref.name("name")));
      ref.end();
    }
    if (ingresses.isEmpty()) {
      nginx.wrong("ingresses", "names none", "write ingresses: [{ name: … }]");
    }
    nginx.distinct("ingresses", ingresses.stream().map(IngressRef::name).toList());
    nginx.end();
    return new IngressNginx(ingresses);
  }

  private static Capacity capacity(Optional<Fields> capacity) {
    Percent usual = Percent.of(70);
    if (capacity.isEmpty()) {
      return new Capacity(Optional.empty(), usual, Percent.of(0));
    }
    Fields fields = capacity.get();
    Optional<PerPod> perPod =
        fields
            .object("perPod")
            .flatMap(
                pod -> {
                  OptionalDouble rate = pod.number("requestsPerSecond", 0.001, 1e9);
                  if (!pod.has("requestsPerSecond")) {
                    pod.wrong(
                        "requestsPerSecond",
                        "is missing",
                        "write what one pod can carry, like 250");
                  }
                  pod.end();
                  return rate.isPresent()
                      ? Optional.of(new PerPod(rate.getAsDouble()))
                      : Optional.empty();
                });
    Percent utilisation = fields.percent("targetUtilisation").orElse(usual);
    if (utilisation.value().signum() == 0) {
      fields.wrong("targetUtilisation", "is 0%, so that no pod could carry anything", "write 70%");
    }
    Percent hotKey = fields.percent("hotKeyShare").orElse(Percent.of(0));
    fields.end();
    return new Capacity(perPod, utilisation, hotKey);
  }

  static Optional<Duration> atMost(Fields fields, String field, Duration most) {
    Optional<Duration> read = fields.duration(field);
    if (read.filter(d -> d.compareTo(most) > 0).isPresent()) {
      fields.wrong(
          field,
          "is " + ShortDuration.format(read.get()),
          "write at most " + ShortDuration.format(most));
    }
    return read;
  }

  static Optional<Duration> positive(Fields fields, String field, Duration most) {
    Optional<Duration> read = atMost(fields, field, most);
    if (read.filter(Duration::isZero).isPresent()) {
      fields.wrong(field, "is no time at all", "write a duration above 0s");
    }
    return read;
  }
}
