package dev.berth.storage.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class MountInfoTest {
  private static final String LINE =
      "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 propagate_from:2 - ext3 /dev/root rw,errors=continue\n";

  private static MountTable parse(String text) {
    return MountInfo.parse(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void the_line_of_the_manual_page_is_read_whole() {
    assertThat(parse(LINE).entries())
        .containsExactly(
            new MountEntry(
                36,
                35,
                new DeviceNumber(98, 0),
                "/mnt1",
                Path.of("/mnt2"),
                Set.of("rw", "noatime"),
                List.of("master:1", "propagate_from:2"),
                "ext3",
                "/dev/root",
                Set.of("rw", "errors=continue")));
  }

  @Test
  void a_line_without_optional_fields_is_read_too() {
    MountEntry entry = parse("22 28 0:20 / /sys rw - sysfs sysfs rw\n").entries().getFirst();
    assertThat(entry.tags()).isEmpty();
    assertThat(entry.fsType()).isEqualTo("sysfs");
  }

  @Test
  void escapes_are_undone_once() {
    MountEntry entry =
        parse("1 0 0:5 / /a\\040b\\011c\\012d\\134040 rw - tmpfs a\\040b rw,x=\\054\n")
            .entries()
            .getFirst();
    assertThat(entry.mountPoint()).isEqualTo(Path.of("/a b\tc\nd\\040"));
    assertThat(entry.source()).isEqualTo("a b");
    assertThat(entry.superOptions()).containsExactlyInAnyOrder("rw", "x=,");
  }

  @Test
  void a_dash_in_a_name_and_an_empty_source_mislead_nobody() {
    MountEntry entry = parse("1 0 0:5 / /- rw - tmpfs  rw\n").entries().getFirst();
    assertThat(entry.mountPoint()).isEqualTo(Path.of("/-"));
    assertThat(entry.source()).isEmpty();
    assertThat(entry.fsType()).isEqualTo("tmpfs");
  }

  @Test
  void what_is_no_line_of_mountinfo_is_refused_with_its_text() {
    assertThatThrownBy(() -> parse("36 35 98:0 /\n"))
        .hasMessage("not a line of mountinfo: 36 35 98:0 /");
  }

  @Test
  void of_a_stack_the_one_without_a_child_there_is_seen_whatever_the_order() {
    String upper = "51 50 0:8 / /x rw - tmpfs upper rw\n";
    String lower = "50 1 0:7 / /x rw - tmpfs lower rw\n";
    assertThat(parse(upper + lower).at(Path.of("/x")).orElseThrow().source()).isEqualTo("upper");
    assertThat(parse(lower + upper).at(Path.of("/x")).orElseThrow().source()).isEqualTo("upper");
  }

  @Test
  void below_is_by_whole_names() {
    MountTable table =
        parse("1 0 0:7 / /x rw - t a rw\n2 1 0:8 / /x/y rw - t b rw\n3 1 0:9 / /xy rw - t c rw\n");
    assertThat(table.below(Path.of("/x"))).extracting(MountEntry::id).containsExactly(1, 2);
  }

  @Property(tries = 300)
  void whatever_the_kernel_escapes_is_read_back(@ForAll("names") String name) {
    String line = "1 0 0:5 / /" + escaped(name) + " rw - tmpfs none rw\n";
    assertThat(parse(line).entries().getFirst().mountPoint()).isEqualTo(Path.of("/" + name));
  }

  @Provide
  Arbitrary<String> names() {
    return Arbitraries.strings()
        .withCharRange('\1', '~')
        .excludeChars('/')
        .ofMinLength(1)
        .ofMaxLength(20);
  }

  /** What show_mountinfo of fs/proc_namespace.c does with a name. */
  private static String escaped(String name) {
    return name.replace("\\", "\\134")
        .replace(" ", "\\040")
        .replace("\t", "\\011")
        .replace("\n", "\\012")
        .replace("#", "\\043");
  }
}
