package dev.berth.provisioner.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NfsShareTest {
  private static NfsShare with(String... options) {
    return NfsShare.of("files", "/srv", List.of(options), false);
  }

  @Test
  void its_source_is_written_as_in_the_mount_table() {
    assertThat(with().source()).isEqualTo("files:/srv");
    assertThat(NfsShare.of("10.0.0.7", "/", List.of(), false).source()).isEqualTo("10.0.0.7:/");
    assertThat(NfsShare.of("fd00::7", "/srv", List.of(), false).source())
        .isEqualTo("[fd00::7]:/srv");
    assertThat(NfsShare.of("[fd00::7]", "/srv", List.of(), false).server()).isEqualTo("fd00::7");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          - | 4.2 4.1 4.0
          vers=4 | 4.2 4.1 4.0
          nfsvers=4.1 | 4.1
          vers=4,minorversion=1 | 4.1
          minorversion=0 | 4.0
          vers=4.2,hard | 4.2
          """)
  void a_version_that_is_named_is_the_only_one(String option, String versions) {
    NfsShare share = option == null ? with() : with(option);
    assertThat(share.versions()).containsExactly(versions.split(" ", -1));
  }

  @Test
  void options_are_taken_one_by_one() {
    NfsShare share = with("soft,timeo=50", " ro ", "", "port=20049");
    assertThat(share.options()).containsExactly("soft", "timeo=50", "ro", "port=20049");
    assertThat(share.option("port")).contains("20049");
    assertThat(share.option("timeout")).isEmpty();
    assertThat(share.writable().options()).containsExactly("soft", "timeo=50", "port=20049");
    assertThat(NfsShare.of("files", "/srv", List.of("ro"), true).options()).containsExactly("ro");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          vers=3 | must be 4, 4.0, 4.1 or 4.2; older versions need daemons beside the kernel
          nfsvers | must be 4, 4.0, 4.1 or 4.2; older versions need daemons beside the kernel
          minorversion=3 | must be 0, 1 or 2; older versions need daemons beside the kernel
          addr=10.0.0.1 | follows from nfs.server; take it out of mountOptions
          bg | a mount that fails is tried again anyway; take it out of mountOptions
          timeo=soon | must be a number
          timeo | needs a value, as in timeo=…
          port=70000 | must be a number up to 65535
          hard=yes | takes no value; correct mountOptions
          sec=sys;x | must be one word
          subvol=a | is no option of an NFS mount (nfs(5)); correct mountOptions
          rbind | is no option of an NFS mount (nfs(5)); correct mountOptions
          """)
  void an_option_that_cannot_be_is_refused_by_name(String option, String why) {
    assertThatThrownBy(() -> with(option))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("mount option " + option + ": " + why);
  }

  @Test
  void server_and_path_are_checked() {
    for (String server : List.of("", "a b", "a,b", "a/b", "-o", "host:/x")) {
      assertThatThrownBy(() -> NfsShare.of(server, "/srv", List.of(), false))
          .hasMessage("nfs.server \"" + server + "\": must be a host name or an address");
    }
    for (String path : List.of("", "srv", "/a\nb")) {
      assertThatThrownBy(() -> NfsShare.of("files", path, List.of(), false))
          .hasMessage(
              "nfs.path \"" + path + "\": must be an absolute path without control characters");
    }
  }
}
