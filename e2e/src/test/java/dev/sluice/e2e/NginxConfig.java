package dev.sluice.e2e;

import io.fabric8.kubernetes.api.model.networking.v1.HTTPIngressPath;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.IngressRule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * What ingress-nginx does with Ingresses, as a configuration of plain nginx. The real controller
 * cannot be built here; what it was seen to do with canaries is a table in docs/routes.md, and
 * {@code NginxConfigTest} holds this to it, line by line. It knows nothing else.
 */
final class NginxConfig {
  private static final String PREFIX = "nginx.ingress.kubernetes.io/canary";

  private final List<Ingress> mains;
  private final List<Ingress> canaries;
  private final Map<String, Integer> services;
  private final StringBuilder maps = new StringBuilder();
  private int count;

  private NginxConfig(List<Ingress> ingresses, Map<String, Integer> services) {
    this.mains = ingresses.stream().filter(i -> canary(i).isEmpty()).toList();
    this.canaries =
        ingresses.stream()
            .filter(i -> canary(i).equals("true"))
            .sorted(Comparator.comparing(i -> i.getMetadata().getCreationTimestamp()))
            .toList();
    this.services = services;
  }

  /**
   * @param services those that have an endpoint, each with its port on this host
   * @param port to listen on
   */
  static String of(List<Ingress> ingresses, Map<String, Integer> services, int port) {
    return new NginxConfig(ingresses, services).render(port);
  }

  private String render(int port) {
    Map<String, StringBuilder> servers = new LinkedHashMap<>();
    for (Ingress main : mains) {
      for (IngressRule rule : main.getSpec().getRules()) {
        StringBuilder locations = servers.computeIfAbsent(host(rule), _ -> new StringBuilder());
        for (HTTPIngressPath path : rule.getHttp().getPaths()) {
          locations.append(location(host(rule), path));
        }
      }
    }
    StringBuilder upstreams = new StringBuilder();
    services.forEach(
        (name, at) ->
            upstreams.append(
                "upstream %s { server 127.0.0.1:%d; keepalive 16; }\n".formatted(name, at)));
    StringBuilder all = new StringBuilder();
    servers.forEach(
        (host, locations) ->
            all.append(
                "server { listen 127.0.0.1:%d; server_name %s;\n%s}\n"
                    .formatted(port, host, locations)));
    return """
        daemon off; master_process off; pid nginx.pid; error_log stderr warn;
        events { worker_connections 1024; }
        http {
        access_log off; keepalive_requests 1000000;
        client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
        uwsgi_temp_path uwsgi; scgi_temp_path scgi;
        proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host;
        %s%sserver { listen 127.0.0.1:%d default_server; return 404; }
        %s}
        """
        .formatted(upstreams, maps, port, all);
  }

  private String location(String host, HTTPIngressPath path) {
    String stable = path.getBackend().getService().getName();
    String at = path.getPathType().equals("Exact") ? "= " + path.getPath() : path.getPath();
    if (!services.containsKey(stable)) {
      return "location %s { return 503; }\n".formatted(at);
    }
    String to =
        alternative(host, path)
            .map(canary -> decide(canary.rules(), stable, canary.service()))
            .orElse(stable);
    return "location %s { proxy_pass http://%s; }\n".formatted(at, to);
  }

  private record Alternative(Map<String, String> rules, String service) {}

  /** Of two canaries for one host the older alone; without endpoints, or off, none. */
  private Optional<Alternative> alternative(String host, HTTPIngressPath path) {
    Optional<Ingress> oldest =
        canaries.stream()
            .filter(c -> c.getSpec().getRules().stream().anyMatch(r -> host(r).equals(host)))
            .findFirst();
    return oldest.flatMap(
        canary ->
            canary.getSpec().getRules().stream()
                .filter(rule -> host(rule).equals(host))
                .flatMap(rule -> rule.getHttp().getPaths().stream())
                .filter(p -> p.getPath().equals(path.getPath()))
                .map(p -> p.getBackend().getService().getName())
                .filter(services::containsKey)
                .map(service -> new Alternative(canary.getMetadata().getAnnotations(), service))
                .findFirst());
  }

  /** Header before cookie before weight; each writes a variable that names the upstream. */
  private String decide(Map<String, String> rules, String stable, String candidate) {
    count++;
    String weight = weight(rules, stable, candidate);
    String cookie = rules.getOrDefault(PREFIX + "-by-cookie", "");
    String byCookie = cookie.isEmpty() ? weight : cookie(cookie, weight, stable, candidate);
    String header = rules.getOrDefault(PREFIX + "-by-header", "");
    return header.isEmpty() ? byCookie : header(rules, header, byCookie, stable, candidate);
  }

  private String weight(Map<String, String> rules, String stable, String candidate) {
    int total = Math.max(100, number(rules, "-weight-total"));
    int weight = Math.min(total, Math.max(0, number(rules, "-weight")));
    String variable = "$weight" + count;
    String some =
        weight == 0 || weight == total
            ? ""
            : "%.2f%% %s; ".formatted(100.0 * weight / total, candidate);
    maps.append(
        "split_clients $request_id %s { %s* %s; }\n"
            .formatted(variable, some, weight == total ? candidate : stable));
    return variable;
  }

  private String cookie(String name, String otherwise, String stable, String candidate) {
    String variable = "$cookie" + count;
    List<String> cases = new ArrayList<>();
    cases.add(exactly("(^|.*; *)" + name + "=", "always", "(;|$)", candidate));
    cases.add(exactly("(^|.*; *)" + name + "=", "never", "(;|$)", stable));
    return map("$http_cookie", variable, cases, otherwise);
  }

  private String header(
      Map<String, String> rules, String name, String otherwise, String stable, String candidate) {
    String variable = "$header" + count;
    String value = rules.getOrDefault(PREFIX + "-by-header-value", "");
    String pattern = rules.getOrDefault(PREFIX + "-by-header-pattern", "");
    List<String> cases = new ArrayList<>();
    if (!value.isEmpty()) {
      cases.add(exactly("^", value, "$", candidate));
    } else if (!pattern.isEmpty() && valid(pattern)) {
      cases.add("\"~%s\" %s;".formatted(pattern, candidate));
    } else if (!pattern.isEmpty()) {
      cases.add("\"~.\" %s;".formatted(stable));
    } else {
      cases.add(exactly("^", "always", "$", candidate));
      cases.add(exactly("^", "never", "$", stable));
    }
    String read = "$http_" + name.toLowerCase(Locale.ROOT).replace('-', '_');
    return map(read, variable, cases, otherwise);
  }

  private String map(String from, String variable, List<String> cases, String otherwise) {
    maps.append(
        "map %s %s { default %s; %s }\n"
            .formatted(from, variable, otherwise, String.join(" ", cases)));
    return variable;
  }

  /** Plain texts of a map are compared without case; expressions are not. */
  private static String exactly(String before, String text, String after, String then) {
    return "\"~%s\\Q%s\\E%s\" %s;".formatted(before, text, after, then);
  }

  private static boolean valid(String pattern) {
    try {
      Pattern.compile(pattern);
      return true;
    } catch (PatternSyntaxException e) {
      return false;
    }
  }

  private static int number(Map<String, String> rules, String key) {
    String text = rules.getOrDefault(PREFIX + key, "");
    return text.matches("-?\\d{1,9}") ? Integer.parseInt(text) : 0;
  }

  private static String canary(Ingress ingress) {
    return Optional.ofNullable(ingress.getMetadata().getAnnotations())
        .map(annotations -> annotations.get(PREFIX))
        .orElse("");
  }

  private static String host(IngressRule rule) {
    return Objects.requireNonNullElse(rule.getHost(), "_");
  }
}
