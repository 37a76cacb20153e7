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

  @Test
  void a_host_that_nobody_knows_is_an_error_that_names_it() {
    InetSocketAddress nowhere = InetSocketAddress.createUnresolved("nowhere.invalid", 0);
    assertThatThrownBy(() -> Pages.listen(nowhere, new Telemetry()))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("Nobody can listen on nowhere.invalid:0");
  }
}
