# HTTP/2 streams side by side on one connection, some reset or with a body that comes later; see streams.py.
#
#   my @said = Streams::run($port, {leave => 0.1}, {headers => [$cookie]}, {headers => [$cookie], reset => 0.05});
package Streams;

use strict;
use warnings;

use Carp qw(croak);
use File::Basename qw(dirname);
use IPC::Open2 qw(open2);
use JSON::PP ();

use Workspace qw(patience);

my $python = -x '/usr/bin/python3' ? '/usr/bin/python3' : 'python3';

# Of each stream "200 valid body", "401 revoked", or why it has no answer.
sub run {
    my ($port, $connection, @streams) = @_;
    my %job = (port => $port, patience => patience(10), leave => undef, %$connection);
    $job{streams} = [map { {method => 'GET', path => '/', body => 0, pause => 0, reset => undef, %$_,
        headers => [map { [split /: /, $_, 2] } @{$_->{headers}}]} } @streams];
    my $pid = open2(my $from, my $to, $python, dirname(__FILE__) . '/streams.py');
    print $to JSON::PP->new->encode(\%job);
    close $to;
    local $/;
    my $output = <$from>;
    waitpid $pid, 0;
    croak 'streams.py failed' if $?;
    return map { ref ? join(' ', $_->{status}, $_->{reason}, $_->{status} == 200 ? $_->{body} : ()) : $_ }
        @{JSON::PP->new->decode($output)};
}

1;
