package dev.sluice.bench.judge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** It is in the status of an object: with four metrics and twenty pods it stays below 4 KB. */
class LedgerSizeTest {
  @Test
  void aLedgerIsSmall() throws IOException {
    assertThat(TickBench.largestLedger()).isLessThan(4000);
  }
}
