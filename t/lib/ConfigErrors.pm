# Tables of wrong configuration. A line of configuration, and indented behind it the message that `nginx -t` must give;
# a "}" before the message: it is given where the block ends. "F/" stands for the workspace's folder.
#
#   refuses(sub { my ($line) = @_; (realm => "\n$line\n") }, <<'TABLE', env => {…});
#   leeway soon;
#       "leeway" directive invalid value
#   TABLE
package ConfigErrors;

use strict;
use warnings;

use Exporter qw(import);
use Test::More;

use Nginx;
use Workspace qw(folder);

our @EXPORT = qw(refuses);

# The line of the text that holds the words alone, counted from 1.
sub line_of {
    my ($text, $words) = @_;
    my @lines = split /\n/, $text;
    my ($index) = grep { $lines[$_] eq $words } 0 .. $#lines;
    return $index + 1;
}

sub refuses {
    my ($settings, $table, %more) = @_;
    while ($table =~ /^(\S[^\n]*)\n((?:[ ]+\S[^\n]*\n)+)/mg) {
        my ($wrong, $message) = ($1, join ' ', map {s/^ +//r} split /\n/, $2);
        my $at_end = $message =~ s/^\} //;
        $message =~ s{"F/}{'"' . folder() . '/'}ge;
        my $nginx = Nginx->prepare($settings->($wrong), %more);
        my $line = line_of($nginx->configuration, $wrong) + ($at_end ? 1 : 0);
        my ($good, $output) = $nginx->test_configuration;
        my $short = substr $wrong, 0, 100;
        ok !$good, "refused: $short";
        my ($said) = grep { /\[emerg\]/ && index($_, $message) >= 0 } split /\n/, $output;
        like $said // $output, qr/\Q$message\E.*(?<= in )\S+\.conf:$line(?:,|$)/, "says why and where: $short";
    }
}

1;
