package dev.sluice.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.cli.Failed;
import dev.sluice.kubernetes.Cluster;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a person sees is what the API server wrote, to the letter. */
class ObjectTreesTest {
  private static final String SHOP = "/apis/sluice.dev/v1alpha1/namespaces/shop/";

  private final Map<String, String> answers = new HashMap<>();
  private final List<String> asked = new ArrayList<>();
  private HttpServer server;
  private KubernetesClient client;
  private ObjectTrees trees;

  @BeforeEach
  void open() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        request -> {
          String address = request.getRequestURI().toString();
          asked.add(address);
          byte[] body =
              answers
                  .getOrDefault(address, "{\"kind\":\"Status\",\"code\":404}")
                  .getBytes(StandardCharsets.UTF_8);
          request.sendResponseHeaders(answers.containsKey(address) ? 200 : 404, body.length);
          request.getResponseBody().write(body);
          request.close();
        });
    server.start();
    client =
        new KubernetesClientBuilder()
            .withConfig(
                new ConfigBuilder(Config.empty())
                    .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                    .build())
            .build();
    trees = new ObjectTrees(client);
  }

  @AfterEach
  void close() {
    client.close();
    server.stop(0);
  }

  @Test
  void a_list_is_as_it_was_answered_and_each_says_of_what_kind_it_is() throws Exception {
    answers.put(
        SHOP + "releases?labelSelector=sluice.dev%2Fpolicy%3Dweb",
        """
        {"items": [{"metadata": {"name": "web-1"}, "status": {"odds": 1.50, "x": null}}]}
        """);
    List<ObjectNode> found =
        trees.list(
            Cluster.RELEASES,
            Optional.of("shop"),
            Optional.of("sluice.dev/policy=web"),
            "They were not read");
    assertThat(found)
        .singleElement()
        .asString()
        .isEqualTo(
            "{\"apiVersion\":\"sluice.dev/v1alpha1\",\"kind\":\"Release\","
                + "\"metadata\":{\"name\":\"web-1\"},\"status\":{\"odds\":1.5,\"x\":null}}");
  }

  @Test
  void all_namespaces_are_one_list() throws Exception {
    answers.put("/apis/sluice.dev/v1alpha1/releasepolicies", "{\"items\": []}");
    assertThat(trees.list(Cluster.POLICIES, Optional.empty(), Optional.empty(), "")).isEmpty();
    assertThat(asked).containsExactly("/apis/sluice.dev/v1alpha1/releasepolicies");
  }

  @Test
  void one_that_is_not_there_is_none_and_a_kind_that_is_not_there_is_said() throws Exception {
    assertThat(trees.get(Cluster.POLICIES, "shop", "web")).isEmpty();
    assertThatThrownBy(
            () -> trees.list(Cluster.POLICIES, Optional.of("shop"), Optional.empty(), "Not read"))
        .isInstanceOf(Failed.class)
        .hasMessageStartingWith("This cluster does not know the objects of Sluice.");
  }

  @Test
  void a_name_that_nothing_can_have_is_never_part_of_an_address() throws Exception {
    for (String name : List.of("..", "a/b", "web?watch=true", "Web", "")) {
      assertThat(trees.get(Cluster.POLICIES, "shop", name)).isEmpty();
      assertThat(trees.get(Cluster.POLICIES, name, "web")).isEmpty();
      assertThat(trees.list(Cluster.POLICIES, Optional.of(name), Optional.empty(), "")).isEmpty();
    }
    assertThat(asked).isEmpty();
  }

  @Test
  void what_speaks_no_json_is_no_api_server() {
    answers.put(SHOP + "releasepolicies/web", "<html>log in</html>");
    assertThatThrownBy(() -> trees.get(Cluster.POLICIES, "shop", "web"))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "ReleasePolicy web was not read: what answered is no API server, it does not speak JSON.");
  }
}
