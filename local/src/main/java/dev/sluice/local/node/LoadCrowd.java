package dev.sluice.local.node;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.sluice.local.load.Load;
import java.io.UncheckedIOException;

/** The load generator as the node's users. */
record LoadCrowd(Load load) implements Crowd {
  @Override
  public void rate(double perSecond) {
    load.rate(perSecond);
  }

  @Override
  public String accounts() {
    try {
      return Wire.json().writeValueAsString(load.accounts());
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    load.close();
  }
}
