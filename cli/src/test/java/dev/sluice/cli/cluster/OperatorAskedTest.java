package dev.sluice.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import org.junit.jupiter.api.Test;

class OperatorAskedTest {
  @Test
  void the_operators_words_say_whether_a_gateway_is_read() {
    assertThat(OperatorAsked.of(List.of(), "shop")).isInstanceOf(GatewaySeen.Unknown.class);
    assertThat(operator("operator")).isEqualTo(new GatewaySeen.NotTold());
    assertThat(operator("operator, --gateway-metrics=http://a, --gateway-metrics, http://b"))
        .isEqualTo(new GatewaySeen.Told(2));
    assertThat(operator("operator, --namespace=other, --gateway-metrics=http://a"))
        .isInstanceOf(GatewaySeen.Unknown.class);
  }

  private static GatewaySeen operator(String args) {
    String yaml = "spec: { template: { spec: { containers: [{ args: [" + args + "] }] } } }";
    return OperatorAsked.of(List.of(Serialization.unmarshal(yaml, Deployment.class)), "shop");
  }
}
