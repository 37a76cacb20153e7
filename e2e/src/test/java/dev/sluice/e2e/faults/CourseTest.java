package dev.sluice.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.sequence.Write;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CourseTest {
  /** Whoever adds a kind of write to the engine says in which course the operator dies after it. */
  @Test
  void after_each_kind_of_write_that_the_engine_has_the_operator_is_killed_in_some_course() {
    Set<String> all =
        Arrays.stream(Write.class.getPermittedSubclasses())
            .map(Class::getSimpleName)
            .collect(Collectors.toSet());
    Set<String> deadly = new HashSet<>();
    Stream.of(Course.values()).map(Course::deadly).forEach(deadly::addAll);
    assertThat(deadly).containsAll(all);
  }
}
