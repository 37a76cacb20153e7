package dev.sluice.local.driver;

import dev.sluice.local.node.FakeNodeMain;
import java.nio.file.Path;

/** Starts a node, and dies without a word. */
public final class StarterMain {
  private StarterMain() {}

  public static void main(String[] args) throws Exception {
    NodeProcess.start(Path.of(args[0]), NodeProcessTest.config(), FakeNodeMain.class);
    Runtime.getRuntime().halt(9);
  }
}
