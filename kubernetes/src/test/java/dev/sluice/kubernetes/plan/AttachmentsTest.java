package dev.sluice.kubernetes.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.kubernetes.Marks;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import org.junit.jupiter.api.Test;

class AttachmentsTest {
  private static final String TLS =
      """
      kind: BackendTLSPolicy
      metadata: { name: tls }
      spec: { targetRefs: [{ group: "", kind: Service, name: %s }] }
      """;
  private static final String RULE =
      """
      kind: DestinationRule
      metadata: { name: pools }
      spec: { host: orders.shop.svc.cluster.local }
      """;

  @Test
  void what_names_the_service_is_not_there_for_the_candidates() {
    assertThat(found(json(TLS.formatted("orders")), json(RULE)))
        .satisfiesExactly(
            tls -> assertThat(tls).startsWith("BackendTLSPolicy tls is attached to the Service"),
            rule ->
                assertThat(rule).startsWith("DestinationRule pools").contains("orders-candidate"));
  }

  @Test
  void what_names_another_or_the_candidates_service_too_is_no_obstacle() {
    assertThat(found(json(TLS.formatted("mail")))).isEmpty();
    assertThat(found(json(TLS.formatted("orders")), json(TLS.formatted("orders-candidate"))))
        .isEmpty();
  }

  @Test
  void annotations_of_a_service_that_gateways_read_are_not_copied() {
    Service service =
        Needs.read(
            Service.class,
            """
            metadata:
              name: orders
              annotations: { projectcontour.io/upstream-protocol.h2c: "80", note: none }
            spec: { selector: { app: orders } }
            """);

    assertThat(Needs.blocking(Attachments.of(Needs.workload(), List.of(), List.of(service))))
        .singleElement()
        .asString()
        .contains("projectcontour.io/upstream-protocol.h2c");
  }

  @Test
  void what_belongs_to_another_policy_is_not_released_by_this_one() {
    Service theirs =
        Needs.read(
            Service.class,
            """
            kind: Service
            metadata: { name: orders, labels: { %s: mail } }
            """
                .formatted(Marks.POLICY));

    assertThat(Needs.blocking(Belonging.of(Needs.workload(), List.of(theirs))))
        .singleElement()
        .asString()
        .startsWith("Service orders belongs to the policy mail");
  }

  private static List<String> found(JsonNode... objects) {
    return Needs.blocking(Attachments.of(Needs.workload(), List.of(objects), List.of()));
  }

  private static JsonNode json(String yaml) {
    return Serialization.unmarshal(yaml, JsonNode.class);
  }
}
