package dev.berth.e2e.arrows;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Holds every arrow of the map (README, "Where things are") against the compiled classes. */
class ArrowsTest {
  private static final String STORAGE = "dev.berth.storage..";
  private static final String LINUX = "dev.berth.storage.linux..";
  private static final String SERVER = "dev.berth.csi.server..";
  private static final String CONTROLLER = "dev.berth.controller..";
  private static final String NODE = "dev.berth.node..";
  private static final String PROVISIONER = "dev.berth.provisioner..";
  private static final String PROGRAM = "dev.berth.program..";

  private static final JavaClasses BERTH =
      new ClassFileImporter().withImportOption(new DoNotIncludeTests()).importPackages("dev.berth");

  @Test
  void every_module_of_the_map_is_looked_at() {
    for (String root : List.of(STORAGE, LINUX, SERVER, CONTROLLER, NODE, PROVISIONER, PROGRAM)) {
      String name = root.replace("..", "");
      assertThat(BERTH.stream().map(JavaClass::getPackageName))
          .as("no class below %s: the map or this test is out of date", name)
          .anyMatch(p -> p.equals(name) || p.startsWith(name + "."));
    }
  }

  @Test
  void jnr_appears_only_in_storage_linux() {
    noClasses()
        .that()
        .resideOutsideOfPackage(LINUX)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("jnr..", "com.kenai.jffi..")
        .because("everything else must run against the recorded mount and loop tables")
        .check(BERTH);
  }

  @Test
  void storage_knows_neither_grpc_nor_kubernetes_nor_any_other_module() {
    noClasses()
        .that()
        .resideInAPackage(STORAGE)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.grpc..",
            "com.google.protobuf..",
            "io.fabric8..",
            "dev.berth.csi..",
            CONTROLLER,
            NODE,
            PROVISIONER,
            PROGRAM)
        .check(BERTH);
  }

  @Test
  void the_edge_knows_storage_and_the_protocol_and_nothing_above() {
    noClasses()
        .that()
        .resideInAPackage(SERVER)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.fabric8..", CONTROLLER, NODE, PROVISIONER, PROGRAM)
        .check(BERTH);
  }

  @Test
  void the_plugins_and_the_provisioner_meet_over_csi_only() {
    noClasses()
        .that()
        .resideInAPackage(CONTROLLER)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.fabric8..", NODE, PROVISIONER, PROGRAM)
        .check(BERTH);
    noClasses()
        .that()
        .resideInAPackage(NODE)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.fabric8..", CONTROLLER, PROVISIONER, PROGRAM)
        .check(BERTH);
    noClasses()
        .that()
        .resideInAPackage(PROVISIONER)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(STORAGE, SERVER, CONTROLLER, NODE, PROGRAM)
        .because("the volume controller drives any CSI driver, so it sees ours only as a channel")
        .check(BERTH);
  }

  @Test
  void sql_stays_behind_the_embedded_cluster() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.berth.provisioner.cluster.embedded..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.sql..", "org.sqlite..")
        .check(BERTH);
  }

  @Test
  void packages_of_one_module_have_no_cycles() {
    for (String module :
        List.of(
            "dev.berth.storage.linux",
            "dev.berth.csi.server",
            "dev.berth.controller",
            "dev.berth.node",
            "dev.berth.provisioner",
            "dev.berth.program")) {
      slices()
          .matching(module + ".(**)")
          .should()
          .beFreeOfCycles()
          .allowEmptyShould(true)
          .check(BERTH);
    }
  }

  @Test
  void no_package_is_a_drawer() {
    Set<String> drawers = Set.of("impl", "util", "utils", "common", "model", "helper", "helpers");
    classes()
        .should(
            new ArchCondition<JavaClass>("live in a package named for what it does") {
              @Override
              public void check(JavaClass item, ConditionEvents events) {
                List<String> segments = List.of(item.getPackageName().split("\\."));
                boolean drawer = segments.stream().anyMatch(drawers::contains);
                if (drawer) {
                  events.add(
                      SimpleConditionEvent.violated(item, item.getName() + " is in a drawer"));
                }
              }
            })
        .check(BERTH);
  }

  @Test
  void every_package_is_null_marked() {
    classes()
        .that()
        .resideOutsideOfPackages(
            "dev.berth.csi.v1..",
            "dev.berth.pluginregistration..",
            "dev.berth.program.control.v1..")
        .should(
            new ArchCondition<JavaClass>("live in a package marked @NullMarked") {
              @Override
              public void check(JavaClass item, ConditionEvents events) {
                boolean marked =
                    item.getPackage()
                        .tryGetPackageInfo()
                        .map(info -> info.isAnnotatedWith("org.jspecify.annotations.NullMarked"))
                        .orElse(false);
                if (!marked) {
                  events.add(
                      SimpleConditionEvent.violated(
                          item, item.getPackageName() + " has no @NullMarked package-info.java"));
                }
              }
            })
        .check(BERTH);
  }
}
