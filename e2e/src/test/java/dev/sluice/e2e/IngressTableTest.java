package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.IngressBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Table and script are held to what was seen on the real controller: the table in docs/routes.md.
 */
@Tag("cluster")
@Tag("own")
@Tag("slow")
@Timeout(120)
class IngressTableTest {
  private static final String PREFIX = "nginx.ingress.kubernetes.io/canary";
  private static final List<String> BOTH = List.of("web", "web-candidate");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "weight 10                  | 2000  | 200",
        "weight 5 total 1000        | 20000 | 100",
        "weight 101                 | 100   | 100",
        "weight 1001 total 1000     | 100   | 100",
        "weight -1                  | 100   | 0",
        "weight many                | 100   | 0",
        "weight 25 total 50         | 2000  | 500",
      })
  void weights(String rules, int requests, int asked) {
    double spread = Math.sqrt(asked * (1 - (double) asked / requests));
    assertThat((double) candidates(rules, requests, List.of()))
        .isBetween(asked - 5 * spread, asked + 5 * spread);
  }

  @Test
  void a_canary_that_is_off_is_nothing() {
    Ingress off = canary("a", "weight 100", 1);
    off.getMetadata().getAnnotations().put(PREFIX, "false");
    assertThat(candidates(List.of(main(), off), BOTH, List.of())).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      value = {
        "by-header x-canary weight 0                        => X-Canary: always              => 100",
        "by-header x-canary weight 100                      => X-Canary: never               => 0",
        "by-header x-canary weight 100                      => X-Canary: other               => 100",
        "by-header x-canary weight 0                        => X-Canary: Always              => 0",
        "by-header x-canary weight 0                        => X-Canary: always; X-Canary: never => 100",
        "by-header x-canary weight 100                      => X-Canary: never; X-Canary: always => 0",
        "by-header x-canary by-cookie c weight 0            => X-Canary: other; Cookie: c=always => 100",
        "by-header x-canary by-header-value eu weight 0     => X-Canary: eu                  => 100",
        "by-header x-canary by-header-value eu weight 0     => X-Canary: EU                  => 0",
        "by-header x-canary by-header-value eu weight 0     => X-Canary: always              => 0",
        "by-header x-canary by-header-value eu weight 100   => X-Canary: never               => 100",
        "by-header x-canary by-header-pattern e weight 0    => X-Canary: he said             => 100",
        "by-header x-canary by-header-pattern e weight 0    => X-Canary: always              => 0",
        "by-header x-canary by-header-pattern ^(a|b\\.c)$ weight 0 => X-Canary: b.c           => 100",
        "by-header x-canary by-header-pattern ^(a|b\\.c)$ weight 0 => X-Canary: bxc           => 0",
        "by-header x-canary by-header-value eu by-header-pattern e weight 0 => X-Canary: be    => 0",
        "by-header x-canary by-header-pattern ( weight 100  => X-Canary: any                 => 0",
        "by-header x-canary by-header-pattern ( weight 100  => X-Other: any                  => 100",
        "by-cookie c weight 0                               => Cookie: c=always              => 100",
        "by-cookie c weight 100                             => Cookie: c=never               => 0",
        "by-cookie c weight 100                             => Cookie: c=other               => 100",
        "by-header x-canary by-cookie c weight 0            => X-Canary: never; Cookie: c=always => 0",
        "by-header x-canary by-cookie c weight 100          => X-Canary: always; Cookie: c=never => 100",
      })
  void headers_before_cookies_before_weights(String rules, String headers, int of100) {
    assertThat(candidates(rules, 100, List.of(headers.split("; (?=[A-Z])")))).isEqualTo(of100);
  }

  @Test
  void of_two_canaries_for_one_host_the_older_alone_is_used() {
    Ingress older = canary("b", "weight 0", 1);
    Ingress younger = canary("a", "by-header x-canary weight 100", 2);
    List<Ingress> all = List.of(main(), younger, older);
    assertThat(candidates(all, BOTH, List.of())).isZero();
    assertThat(candidates(all, BOTH, List.of("X-Canary: always"))).isZero();
  }

  @Test
  void a_canary_without_endpoints_gets_nothing_even_at_100_percent() {
    List<Ingress> all = List.of(main(), canary("a", "by-header x-canary weight 100", 1));
    assertThat(visits(all, List.of("web"), List.of())).isEqualTo(Map.of("web", 100L));
    assertThat(visits(all, List.of("web"), List.of("X-Canary: always")))
        .isEqualTo(Map.of("web", 100L));
  }

  @Test
  void without_the_main_ingress_nobody_is_served() {
    assertThat(visits(List.of(canary("a", "weight 100", 1)), BOTH, List.of()))
        .isEqualTo(Map.of("404", 100L));
  }

  private static long candidates(String rules, int requests, List<String> headers) {
    try (Nginx nginx = Nginx.of(List.of(main(), canary("a", rules, 1)), BOTH)) {
      return nginx.visits(requests, "shop.example", "/", headers).candidate();
    }
  }

  private static long candidates(List<Ingress> all, List<String> services, List<String> headers) {
    return visits(all, services, headers).getOrDefault("web-candidate", 0L);
  }

  private static Map<String, Long> visits(
      List<Ingress> all, List<String> services, List<String> headers) {
    try (Nginx nginx = Nginx.of(all, services)) {
      return nginx.visits(100, "shop.example", "/", headers).by();
    }
  }

  private static Ingress main() {
    return ingress("main", "web", 0, Map.of());
  }

  /** Rules are said as "weight 5 total 1000 by-header x-canary". */
  private static Ingress canary(String name, String rules, int age) {
    List<String> words = List.of(rules.split(" "));
    Map<String, String> annotations = new HashMap<>(Map.of(PREFIX, "true"));
    for (int i = 0; i < words.size(); i += 2) {
      String rule = words.get(i).equals("total") ? "weight-total" : words.get(i);
      annotations.put(PREFIX + "-" + rule, words.get(i + 1));
    }
    return ingress(name, "web-candidate", age, annotations);
  }

  private static Ingress ingress(
      String name, String service, int age, Map<String, String> annotations) {
    return new IngressBuilder()
        .withNewMetadata()
        .withName(name)
        .withCreationTimestamp("2026-01-01T00:00:0%dZ".formatted(age))
        .withAnnotations(annotations)
        .endMetadata()
        .withNewSpec()
        .addNewRule()
        .withHost("shop.example")
        .withNewHttp()
        .addNewPath()
        .withPath("/")
        .withPathType("Prefix")
        .withNewBackend()
        .withNewService()
        .withName(service)
        .withNewPort()
        .withNumber(80)
        .endPort()
        .endService()
        .endBackend()
        .endPath()
        .endHttp()
        .endRule()
        .endSpec()
        .build();
  }
}
