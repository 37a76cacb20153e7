package dev.sluice.cli;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Dependencies point one way, and the core knows no clock, no thread and no I/O. */
class ArchitectureTest {
  private static final JavaClasses SLUICE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.sluice");

  @Test
  void dependencies_point_one_way() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .withOptionalLayers(true)
        .layer("engine")
        .definedBy("dev.sluice.engine..")
        .layer("api")
        .definedBy("dev.sluice.api..")
        .layer("probes")
        .definedBy("dev.sluice.probes..")
        .layer("kubernetes")
        .definedBy("dev.sluice.kubernetes..")
        .layer("local")
        .definedBy("dev.sluice.local..")
        .layer("operator")
        .definedBy("dev.sluice.operator..")
        .layer("cli")
        .definedBy("dev.sluice.cli..", "dev.sluice.bench..")
        .layer("kit")
        .definedBy("dev.sluice.kit..")
        .layer("sample")
        .definedBy("dev.sluice.sample..")
        .whereLayer("cli")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("operator")
        .mayOnlyBeAccessedByLayers("cli")
        .whereLayer("local")
        .mayOnlyBeAccessedByLayers("operator", "cli")
        .whereLayer("kubernetes")
        .mayOnlyBeAccessedByLayers("operator", "cli")
        .whereLayer("probes")
        .mayOnlyBeAccessedByLayers("kubernetes", "local", "operator", "cli")
        .whereLayer("api")
        .mayOnlyBeAccessedByLayers("probes", "kubernetes", "local", "operator", "cli")
        .whereLayer("kit")
        .mayOnlyBeAccessedByLayers("sample")
        .whereLayer("sample")
        .mayNotBeAccessedByAnyLayer()
        .check(SLUICE);
  }

  @Test
  void the_engine_needs_the_jdk_and_jspecify_only() {
    classes()
        .that(resideInAnyPackage("dev.sluice.engine.."))
        .and(not(resideInAnyPackage("dev.sluice.engine.port..")))
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(
                "dev.sluice.engine..",
                "java.lang..",
                "java.util..",
                "java.time..",
                "java.math..",
                "org.jspecify.."))
        .because("only the ports know of I/O, by the exception that they may throw")
        .check(SLUICE);
  }

  @Test
  void the_engine_reads_no_clock() {
    noClasses()
        .that(resideInAnyPackage("dev.sluice.engine.."))
        .should()
        .callMethod(Instant.class, "now")
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Clock.class)
        .check(SLUICE);
  }

  @Test
  void no_class_is_named_for_being_of_use() {
    noClasses()
        .should()
        .haveNameMatching(".*(Utils?|Manager|Helper)$")
        .because("it has a better name, or it belongs elsewhere")
        .check(SLUICE);
  }
}
