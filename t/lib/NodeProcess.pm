# A program for node of t/lib, which finds its imports in a folder of Npm. It is told lines and says lines, and ends with
# the object.
#
#   my $process = NodeProcess->new($folder, 'live_app.mjs', @arguments);
#   $process->send('open');
#   my $line = $process->line(qr/^ready$/, 5);       # undef when the seconds are over
package NodeProcess;

use strict;
use warnings;

use File::Basename qw(dirname);
use IO::Select;
use IPC::Open2 qw(open2);
use Time::HiRes qw(time);

use Workspace qw(patience read_file);

my $kit = dirname(__FILE__);

sub new {
    my ($class, $folder, $script, @arguments) = @_;
    my $source = read_file("$kit/$script");
    my $pid = open2(my $from, my $to, 'sh', '-c', 'cd "$1" && shift && source=$1 && shift &&
        exec node --input-type=module --eval "$source" -- "$@"', 'sh', $folder, $source, @arguments);
    $to->autoflush(1);
    return bless {pid => $pid, from => $from, to => $to, owner => $$, lines => [], rest => ''}, $class;
}

sub send { my ($self, $line) = @_; print {$self->{to}} "$line\n" }

# The first line that came and matches, taken from the others; undef when the seconds are over.
sub line {
    my ($self, $pattern, $seconds) = @_;
    my $end = time + patience($seconds);
    while (1) {
        for my $i (0 .. $#{$self->{lines}}) {
            return splice @{$self->{lines}}, $i, 1 if $self->{lines}[$i] =~ $pattern;
        }
        my $left = $end - time;
        return if $left <= 0 || !IO::Select->new($self->{from})->can_read($left);
        sysread $self->{from}, $self->{rest}, 65536, length $self->{rest} or return;
        push @{$self->{lines}}, $1 while $self->{rest} =~ s/^(.*)\n//;
    }
}

sub DESTROY {
    my ($self) = @_;
    local ($?, $!);
    return unless $self->{owner} == $$ && $self->{pid};
    kill TERM => $self->{pid};
    waitpid delete $self->{pid}, 0;
}

1;
