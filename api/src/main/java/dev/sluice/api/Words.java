package dev.sluice.api;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Constants as Kubernetes writes them: {@code BEFORE_TRAFFIC} is {@code BeforeTraffic}. */
public final class Words {
  private Words() {}

  public static String of(Enum<?> constant) {
    return Arrays.stream(constant.name().split("_", -1))
        .map(part -> part.charAt(0) + part.substring(1).toLowerCase(Locale.ROOT))
        .collect(Collectors.joining());
  }
}
