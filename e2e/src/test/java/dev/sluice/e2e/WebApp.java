package dev.sluice.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A small service with two pods, an entry point, a budget and a route; and callers of it. */
final class WebApp {
  static final String DEPLOYMENT =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: { name: web, namespace: shop, labels: { team: a } }
      spec:
        replicas: 2
        selector: { matchLabels: { app: web } }
        template:
          metadata: { labels: { app: web } }
          spec:
            terminationGracePeriodSeconds: 5
            containers:
              - name: app
                image: kubelab.local/app:v1
                imagePullPolicy: IfNotPresent
                ports: [{ containerPort: 8080 }]
                readinessProbe: { httpGet: { path: /readyz, port: 8080 }, periodSeconds: 1 }
                resources: { requests: { cpu: 10m, memory: 16Mi }, limits: { memory: 64Mi } }
      """;
  static final String SERVICE =
      """
      apiVersion: v1
      kind: Service
      metadata: { name: web, namespace: shop, annotations: { owner: team-a } }
      spec: { selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }] }
      """;
  static final String BUDGET =
      """
      apiVersion: policy/v1
      kind: PodDisruptionBudget
      metadata: { name: web, namespace: shop }
      spec: { maxUnavailable: 1, selector: { matchLabels: { app: web } } }
      """;
  static final String ROUTE =
      """
      apiVersion: gateway.networking.k8s.io/v1
      kind: HTTPRoute
      metadata: { name: web, namespace: shop }
      spec:
        rules:
          - matches: [{ path: { type: PathPrefix, value: /api } }]
            backendRefs: [{ name: web, port: 80, weight: 7 }]
          - backendRefs: [{ name: web, port: 80, weight: 7 }]
      """;

  private WebApp() {}

  /** With everything around it; its pods are ready when this returns. */
  static void serve(InstalledCluster cluster) {
    for (String object : new String[] {DEPLOYMENT, SERVICE, BUDGET, ROUTE}) {
      cluster.dev().with(object, "apply", "-f", "-");
    }
    cluster.dev().run("rollout", "status", "deployment/web", "--timeout=60s");
  }

  static void gone(InstalledCluster cluster) {
    cluster
        .admin()
        .run(
            "delete",
            "--ignore-not-found",
            "--cascade=foreground",
            "deployment/web",
            "service/web",
            "pdb/web",
            "httproute/web");
  }

  /** What its user wrote: labels, annotations and spec of everything, as the API server has it. */
  static String written(InstalledCluster cluster) {
    StringBuilder all = new StringBuilder();
    for (String object :
        new String[] {"deployment/web", "service/web", "pdb/web", "httproute/web"}) {
      var json = cluster.get(object);
      all.append(object)
          .append(' ')
          .append(json.path("metadata").path("labels"))
          .append(' ')
          .append(annotations(json.path("metadata").path("annotations").toString()))
          .append(' ')
          .append(json.path("spec"))
          .append('\n');
    }
    return all.toString();
  }

  /** Without what the Deployment controller and kubectl count by. */
  private static String annotations(String json) {
    String all = json.isEmpty() ? "{}" : json;
    return all.replaceAll("\"deployment.kubernetes.io/revision\":\"\\d+\",?", "")
        .replaceAll(
            "\"kubectl.kubernetes.io/last-applied-configuration\":\"(\\\\.|[^\"])*\",?", "");
  }

  /** Callers inside the cluster: they know the Service's address. */
  static final class Callers implements AutoCloseable {
    private static final Duration EACH = Duration.ofMillis(20);

    private static final int PATIENCE_MILLIS = 5000;

    final AtomicLong answered = new AtomicLong();
    final AtomicLong failed = new AtomicLong();
    final AtomicLong lost = new AtomicLong();
    private final String address;
    private final Thread thread;
    private volatile boolean over;

    Callers(InstalledCluster cluster) {
      address = cluster.get("service/web").path("spec").path("clusterIP").asText();
      thread = Thread.ofVirtual().start(this::come);
    }

    private void come() {
      try {
        while (!over) {
          Thread.ofVirtual().start(() -> ask().incrementAndGet());
          Thread.sleep(EACH);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    /** Each on a connection of its own: one that is kept would follow no pin. */
    private AtomicLong ask() {
      try (Socket socket = new Socket()) {
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.connect(new InetSocketAddress(InetAddress.ofLiteral(address), 80), PATIENCE_MILLIS);
        socket
            .getOutputStream()
            .write("GET / HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n".getBytes(US_ASCII));
        String answer = new String(socket.getInputStream().readAllBytes(), US_ASCII);
        return answer.startsWith("HTTP/1.1 200")
            ? answered
            : answer.startsWith("HTTP/1.1 500") ? failed : lost;
      } catch (IOException e) {
        return lost;
      }
    }

    @Override
    public void close() {
      over = true;
      try {
        thread.join(Duration.ofSeconds(1));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
