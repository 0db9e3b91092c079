package dev.berth.program.csi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.csi.server.request.SizeText;
import dev.berth.program.Fault;
import dev.berth.storage.Bytes;
import dev.berth.storage.PoolName;
import dev.berth.storage.PoolSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PoolOptionTest {
  private static PoolSettings one(String text) {
    return PoolOption.parse(List.of(text), false).getFirst();
  }

  @Test
  void a_name_and_a_folder_are_enough() {
    assertThat(one("disk=/mnt/disk"))
        .isEqualTo(
            new PoolSettings(
                new PoolName("disk"),
                Path.of("/mnt/disk"),
                false,
                Optional.empty(),
                1,
                Bytes.ZERO));
  }

  @Test
  void every_setting_may_be_given_in_any_order() {
    assertThat(PoolOption.parse(List.of("p=/d,reserve=1Gi,overcommit=1.5,size=20Gi"), true))
        .containsExactly(
            new PoolSettings(
                new PoolName("p"),
                Path.of("/d"),
                true,
                Optional.of(Bytes.ofGiB(20)),
                1.5,
                Bytes.ofGiB(1)));
  }

  @Test
  void a_relative_folder_is_below_the_folder_where_the_command_was_typed() {
    assertThat(one("p=a/../b").directory()).isEqualTo(Path.of("b").toAbsolutePath());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "disk                  | must be NAME=DIR[,size=SIZE][,overcommit=FACTOR][,reserve=SIZE]",
        "disk=                 | must be NAME=DIR[,size=SIZE][,overcommit=FACTOR][,reserve=SIZE]",
        "Disk=/d               | the name Disk must be 1 to 63 of a-z, 0-9 and -, no - at an end",
        "d=/d,sise=1Gi         | unknown setting sise; known: size, overcommit, reserve",
        "d=/d,                 | unknown setting \"\"; known: size, overcommit, reserve",
        "d=/d,size             | size needs a value, size=…",
        "d=/d,size=1Gi,size=2Gi | size is given twice",
        "d=/d,size=1GB         | size=1GB must be a size such as 20Gi, 500M or 1073741824, or a share such as 80%",
        "d=/d,size=-1          | size=-1 must be a size such as 20Gi, 500M or 1073741824, or a share such as 80%",
        "d=/d,size=101%        | size=101% must be a size such as 20Gi, 500M or 1073741824, or a share such as 80%",
        "d=/d,reserve=5%       | reserve=5% must be a size such as 20Gi, 500M or 1073741824",
        "d=/d,size=0           | size=0 must be more than 0",
        "d=/d,size=99999999Pi  | size=99999999Pi must be a size such as 20Gi, 500M or 1073741824, or a share such as 80%",
        "d=/d,overcommit=0.5   | overcommit=0.5 must be a number from 1 to 1000 such as 1.5",
        "d=/d,overcommit=lots  | overcommit=lots must be a number from 1 to 1000 such as 1.5",
        "d=/d,reserve=x        | reserve=x must be a size such as 20Gi, 500M or 1073741824",
      })
  void a_wrong_setting_is_named_with_its_rule(String text, String problem) {
    assertThatThrownBy(() -> one(text))
        .isInstanceOf(Fault.class)
        .hasMessage("--pool " + text + ": " + problem);
  }

  @Test
  void every_problem_is_in_one_message() {
    assertThatThrownBy(() -> PoolOption.parse(List.of("a=/d,size=x,more=1", "B=/e"), false))
        .hasMessageContainingAll("size=x must be", "unknown setting more", "the name B must be");
  }

  @Test
  void names_and_folders_are_given_once() {
    assertThatThrownBy(() -> PoolOption.parse(List.of("a=/d", "a=/e", "b=/d"), false))
        .hasMessageContainingAll(
            "--pool a: the name is given twice", "--pool b: /d is given twice");
  }

  @Test
  void a_reserve_that_leaves_nothing_is_refused() {
    assertThatThrownBy(() -> one("a=/d,size=1Gi,reserve=1Gi"))
        .isInstanceOf(Fault.class)
        .hasMessageContaining("reserve 1Gi leaves nothing of size 1Gi");
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "1k, 1000",
    "1Ki, 1024",
    "1.5Ki, 1536",
    "500M, 500000000",
    "20Gi, 21474836480",
    "0.5Mi, 524288",
    "1Ti, 1099511627776"
  })
  void sizes_are_quantities(String text, long bytes) {
    assertThat(SizeText.parse(text)).contains(Bytes.of(bytes));
  }
}
