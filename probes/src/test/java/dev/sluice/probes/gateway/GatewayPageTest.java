package dev.sluice.probes.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What each gateway's page says of a Service. */
class GatewayPageTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  /**
   * Recorded from Envoy 1.40 under Contour 1.33, ten requests to each backend after one that came
   * before its pods did (none to "good" failed), then some whose clients left after 0.3 s: five to
   * "hung", which takes requests and never answers, four to "hole", an address where nobody is. Its
   * route gives up after 1 s.
   */
  @Test
  void envoys_refused_hung_reset_and_unanswered_requests_count_once() throws IOException {
    GatewayPage page =
        GatewayPage.read(
            resource("envoy.txt"),
            backends("good", "refused", "reset", "hung", "empty", "hole", "cut"),
            NOW);
    assertThat(sent(page, "good")).isEqualTo(new Sent(0, 11));
    assertThat(sent(page, "refused")).isEqualTo(new Sent(11, 11));
    assertThat(sent(page, "reset")).isEqualTo(new Sent(11, 11));
    assertThat(sent(page, "hung")).isEqualTo(new Sent(11 + 5, 11 + 5));
    assertThat(sent(page, "empty")).isEqualTo(new Sent(11, 11));
    assertThat(sent(page, "hole")).isEqualTo(new Sent(6 + 4, 6 + 4));
    assertThat(page.started()).contains(NOW.minusSeconds(1336));
  }

  @Test
  void an_answer_that_breaks_off_is_not_seen_by_envoy() throws IOException {
    GatewayPage page = GatewayPage.read(resource("envoy.txt"), backends("cut"), NOW);
    assertThat(sent(page, "cut")).isEqualTo(new Sent(1, 11));
  }

  @Test
  void a_service_that_is_not_asked_for_is_not_kept() throws IOException {
    GatewayPage page = GatewayPage.read(resource("envoy.txt"), backends("good"), NOW);
    assertThat(page.counters()).containsOnlyKeys(new Backend("ev", "good"));
    assertThat(sent(page, "refused")).isEqualTo(Sent.NONE);
  }

  @Test
  void istios_gateway_counts_and_the_pods_own_sidecars_do_not() {
    GatewayPage page =
        GatewayPage.read(
            """
            istio_requests_total{reporter="source",source_workload="istio-ingressgateway",destination_service="good.ev.svc.cluster.local",destination_service_name="good",destination_service_namespace="ev",request_protocol="http",response_code="200",response_flags="-"} 90
            istio_requests_total{reporter="source",source_workload="istio-ingressgateway",destination_service="good.ev.svc.cluster.local",destination_service_name="good",destination_service_namespace="ev",request_protocol="http",response_code="503",response_flags="UF,URX"} 6
            istio_requests_total{reporter="source",source_workload="istio-ingressgateway",destination_service="good.ev.svc.cluster.local",destination_service_name="good",destination_service_namespace="ev",request_protocol="http",response_code="0",response_flags="DC"} 4
            istio_requests_total{reporter="destination",destination_service_name="good",destination_service_namespace="ev",response_code="200"} 90
            istio_requests_total{reporter="source",destination_service_name="good",destination_service_namespace="other",response_code="200"} 7
            """,
            backends("good"),
            NOW);
    assertThat(sent(page, "good")).isEqualTo(new Sent(10, 100));
  }

  @Test
  void traefiks_names_are_taken_apart_by_the_services_that_are_asked_for() {
    GatewayPage page =
        GatewayPage.read(
            """
            traefik_service_requests_total{code="200",method="GET",protocol="http",service="ev-good-80@kubernetesgateway"} 80
            traefik_service_requests_total{code="502",method="GET",protocol="http",service="ev-good-80@kubernetesgateway"} 5
            traefik_service_requests_total{code="200",method="GET",protocol="http",service="ev-good-candidate-http@kubernetescrd"} 9
            traefik_service_requests_total{code="499",method="GET",protocol="http",service="ev-good-candidate-http-80@kubernetesgateway"} 1
            traefik_service_requests_total{code="200",method="GET",protocol="http",service="ev-good-other-80@kubernetes"} 3
            process_start_time_seconds 1.7e+09
            """,
            backends("good", "good-candidate"),
            NOW);
    assertThat(sent(page, "good")).isEqualTo(new Sent(5, 85));
    assertThat(sent(page, "good-candidate")).isEqualTo(new Sent(1, 10));
    assertThat(page.started()).contains(Instant.ofEpochSecond(1_700_000_000));
  }

  @Test
  void ingress_nginxs_canary_is_told_from_the_main_ingress_whose_labels_it_carries() {
    GatewayPage page =
        GatewayPage.read(
            """
            nginx_ingress_controller_requests{canary="",controller_class="k8s.io/ingress-nginx",controller_namespace="ingress-nginx",controller_pod="c-1",host="shop.test",ingress="good",method="GET",namespace="ev",path="/",service="good",status="200"} 180
            nginx_ingress_controller_requests{canary="",controller_class="k8s.io/ingress-nginx",controller_namespace="ingress-nginx",controller_pod="c-1",host="shop.test",ingress="good",method="GET",namespace="ev",path="/",service="good",status="504"} 2
            nginx_ingress_controller_requests{canary="ev-good-candidate-80",controller_class="k8s.io/ingress-nginx",controller_namespace="ingress-nginx",controller_pod="c-1",host="shop.test",ingress="good",method="GET",namespace="ev",path="/",service="good",status="200"} 16
            nginx_ingress_controller_requests{canary="ev-good-candidate-80",controller_class="k8s.io/ingress-nginx",controller_namespace="ingress-nginx",controller_pod="c-1",host="shop.test",ingress="good",method="GET",namespace="ev",path="/",service="good",status="499"} 4
            """,
            backends("good", "good-candidate"),
            NOW);
    assertThat(sent(page, "good")).isEqualTo(new Sent(2, 182));
    assertThat(sent(page, "good-candidate")).isEqualTo(new Sent(4, 20));
  }

  private static Sent sent(GatewayPage page, String service) {
    return page.sent(new Backend("ev", service));
  }

  private static Set<Backend> backends(String... services) {
    return Arrays.stream(services).map(s -> new Backend("ev", s)).collect(Collectors.toSet());
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = GatewayPageTest.class.getResourceAsStream(name)) {
      assertThat(in).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
