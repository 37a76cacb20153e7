package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.e2e.Kubelab.Options;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A GRPCRoute that Sluice divides, met by calls as gRPC sends them: HTTP/2 without TLS, a message
 * in a frame, its status in a trailer (github.com/grpc/grpc, doc/PROTOCOL-HTTP2.md). Two servers of
 * this host stand for the pods of two versions.
 */
@Tag("cluster")
@Tag("own")
@Tag("slow")
@Tag("long")
@Timeout(300)
class GrpcUnderTrafficTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Map<String, Integer> PORTS = Map.of("stable", 18981, "candidate", 18982);
  private static final int CALLS = 4000;

  @RegisterExtension static final RealCluster cluster = RealCluster.with(Options.SMALL);

  private static final Vertx vertx = Vertx.vertx();
  private static GrpcCallers callers;

  @BeforeAll
  static void arrange() throws Exception {
    SluiceOnCluster.install(cluster.kubelab());
    callers = new GrpcCallers(cluster.gateway());
    String host = "10.77.%d.1".formatted(cluster.kubelab().options().cluster());
    for (Map.Entry<String, Integer> version : PORTS.entrySet()) {
      GrpcCallers.done(
          vertx
              .createHttpServer(new HttpServerOptions().setHost(host).setPort(version.getValue()))
              .requestHandler(request -> answer(request, version.getKey()))
              .listen());
    }
    try (InputStream in = GrpcUnderTrafficTest.class.getResourceAsStream("grpc.yaml")) {
      assertThat(in).isNotNull();
      String yaml = new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("HOST", host);
      cluster
          .kubelab()
          .admin()
          .load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
          .create();
    }
    Await.until("it is served", PATIENCE, () -> callers.call(Map.of()).equals("stable"));
  }

  @AfterAll
  static void close() {
    callers.close();
    GrpcCallers.done(vertx.close());
  }

  @Test
  void calls_are_divided_as_asked_and_the_whitelisted_get_the_candidate() {
    assertThat(callers.calls(100, Map.of())).containsOnlyKeys("stable");

    mark("orders orders-candidate 0 1000 1", "");
    mark("orders orders-candidate 100 1000 1", "header x-canary always");
    Map<String, String> tester = Map.of("x-canary", "always");
    Await.until("it is whitelisted", PATIENCE, () -> callers.call(tester).equals("candidate"));

    Map<String, Integer> tenth = callers.calls(CALLS, Map.of());
    System.out.printf("gRPC, a tenth of %,d calls: %s%n", CALLS, tenth);
    assertThat(tenth).containsOnlyKeys("stable", "candidate");
    assertThat(tenth.getOrDefault("candidate", 0) * 100.0 / CALLS).isCloseTo(10, within(1.5));
    assertThat(callers.calls(200, tester)).containsOnlyKeys("candidate");

    mark("orders orders-candidate 0 1000 1", "");
    Await.until("nobody is whitelisted", PATIENCE, () -> callers.call(tester).equals("stable"));
    assertThat(callers.calls(400, Map.of())).containsOnlyKeys("stable");
  }

  /** As the operator writes it, by its own account. */
  private static void mark(String split, String match) {
    String patch =
        "{\"metadata\":{\"annotations\":{\"sluice.dev/split\":\"%s\",\"sluice.dev/match\":%s}}}"
            .formatted(split, match.isEmpty() ? "null" : "\"" + match + "\"");
    cluster
        .kubelab()
        .serviceAccount(SluiceOnCluster.NAMESPACE, "sluice")
        .genericKubernetesResources("gateway.networking.k8s.io/v1", "GRPCRoute")
        .inNamespace("grpc")
        .withName("orders")
        .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
  }

  private static void answer(HttpServerRequest request, String version) {
    Future<Void> _ =
        request
            .body()
            .compose(
                _ -> {
                  HttpServerResponse response =
                      request
                          .response()
                          .putHeader("content-type", "application/grpc")
                          .putTrailer("grpc-status", "0");
                  return response.end(GrpcCallers.framed(version));
                });
  }
}
