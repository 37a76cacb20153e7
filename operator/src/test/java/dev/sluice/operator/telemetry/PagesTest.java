package dev.sluice.operator.telemetry;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class PagesTest {
  @Test
  void a_port_that_is_taken_is_an_error_and_not_pages_that_nobody_finds() throws IOException {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (Pages first = Pages.listen(any, new Telemetry())) {
      InetSocketAddress taken =
          new InetSocketAddress(InetAddress.getLoopbackAddress(), first.port());
      assertThatThrownBy(() -> Pages.listen(taken, new Telemetry()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("is it in use?");
    }
  }
}
