package dev.sluice.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A browser may be made to ask under any name; under the address itself only by a person. */
class AddressTest {
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:8090, 127.0.0.1:8090, true",
    "127.0.0.1:8090, localhost:8090, true",
    "127.0.0.1:8090, localhost:8091, false",
    "127.0.0.1:8090, 127.0.0.1, false",
    "127.0.0.1:80, 127.0.0.1, true",
    "127.0.0.1:8090, 127.0.0.1.evil.example:8090, false",
    "127.0.0.1:8090, [::1]:8090, false",
    "127.0.0.1:8090, 'evil.example:8090', false",
    "127.0.0.1:8090, '127.0.0.1:8090@evil.example', false",
    "[::1]:8090, [::1]:8090, true",
    "[::1]:8090, '[0:0:0:0:0:0:0:1]:8090', true",
    "0.0.0.0:8090, 10.0.0.7:8090, true",
    "0.0.0.0:8090, shop.internal:8090, false",
    "10.0.0.7:8090, localhost:8090, false",
    "10.0.0.7:8090, 10.0.0.8:8090, false"
  })
  void a_request_is_meant_for_it_only_by_its_own_address(String listens, String host, boolean is) {
    assertThat(Address.parse(listens).orElseThrow().isMeantBy(host)).isEqualTo(is);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "8090", ":8090", "127.0.0.1", "127.0.0.1:99999", "a b:1", "[::1:80"})
  void what_is_no_address_is_none(String text) {
    assertThat(Address.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:1, false",
    "localhost:1, false",
    "[::1]:1, false",
    "0.0.0.0:1, true",
    "10.0.0.7:1, true"
  })
  void who_else_may_reach_it_is_known(String text, boolean others) {
    assertThat(Address.parse(text).orElseThrow().isForOthers()).isEqualTo(others);
  }
}
