# Rounds: each case and the unprotected server beside it, one right after the other, in turns first.
package Measure;

use strict;
use warnings;

use Workspace qw(folder);

# Enough for every connection to be open, every table to be filled and every branch to be learned.
use constant WARM => 1024;

# How many of a case's tokens the check and the rounds need, and with which one a round begins.
sub tokens_for {
    my ($case, $rounds) = @_;
    return $case->{once} ? first_token($case, 1 + $rounds) : 256;
}

sub first_token {
    my ($case, $round) = @_;
    return $case->{once} ? $round * (WARM + $case->{requests}) : 0;
}

# Sends the requests of a round to a port of a case. The first token's number is told.
sub load {
    my ($case, $port, $first) = @_;
    my @command = ($ENV{BENCH_LOAD}, $port, folder() . "/$case->{tokens}.tokens", $first, WARM,
        $case->{requests}, $case->{shared} ? 'yield' : 'spin', @{$case->{processes}});
    open my $pipe, '-|', @command or die "$command[0]: $!\n";
    my $line = <$pipe> // '';
    close $pipe or die "$case->{name}: no measurement\n";
    my ($wall, $median, $high, $refused, @cpu) = split ' ', $line;
    my $requests = $case->{requests};
    my $all = 0;
    $all += $_ for @cpu;
    return {cpu => $cpu[0] / $requests / 1000, all => $all / $requests / 1000,
        rate => $requests / $wall * 1e9, median => $median / 1000, high => $high / 1000,
        busy => $cpu[0] / $wall, refused => $refused};
}

# Both in a round that has a number, from 1 on; kept in the case unless a request was refused, by a Redis that
# had to wait too long for its processor.
sub round {
    my ($case, $number) = @_;
    my $first = first_token($case, $number);
    my %result;
    for my $which ($number % 2 ? qw(bare case) : qw(case bare)) {
        $result{$which} = load($case, $which eq 'bare' ? $case->{bare_port} : $case->{port}, $first);
    }
    $case->{rounds}{$number} = \%result unless $result{bare}{refused} || $result{case}{refused};
}

# Whether a case does what it is there for: with a good token everybody gets in, with a bad one nobody.
sub check {
    my ($case) = @_;
    for my $tokens ('bad', $case->{tokens}) {
        my $wanted = $tokens eq 'bad' && !$case->{open} ? 64 : 0;
        my $refused = load({%$case, tokens => $tokens, requests => 64}, $case->{port}, 0)->{refused};
        die "$case->{name}: of 64 requests with $tokens tokens $refused were refused\n" if $refused != $wanted;
    }
}

1;
