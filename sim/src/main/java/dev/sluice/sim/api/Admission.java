package dev.sluice.sim.api;

import io.fabric8.kubernetes.api.model.HasMetadata;

/** What is asked before an object is written; it may write it differently. */
public interface Admission {
  /** As it was asked for. */
  static Admission none() {
    return new Admission() {
      @Override
      public <T extends HasMetadata> T created(Caller who, T object, ApiServer server) {
        return object;
      }

      @Override
      public <T extends HasMetadata> T changed(Caller who, T before, T object, boolean live) {
        return object;
      }
    };
  }

  <T extends HasMetadata> T created(Caller who, T object, ApiServer server);

  /**
   * @param live whether who wrote it had read it: its uid was there
   */
  <T extends HasMetadata> T changed(Caller who, T before, T object, boolean live);
}
