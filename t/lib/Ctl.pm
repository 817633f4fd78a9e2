# session-ctl as the build made it.
#
#   my $result = ctl('verify', '--key', 'v1=v1.key', '--stdin', {input => "$token\n"});
#   is $result->status, 0;      # also: output, lines, errors, json
# Paths are relative to the workspace's folder.
package Ctl;

use strict;
use warnings;

use Carp qw(croak);
use Cwd qw(abs_path);
use Exporter qw(import);
use File::Basename qw(dirname);
use JSON::PP ();
use POSIX ();

use Workspace qw(folder read_file write_file keep_secret);

our @EXPORT = qw(ctl mint_by_ctl);

my $program = $ENV{TEST_SESSION_CTL} // abs_path(dirname(__FILE__) . '/../..') . '/build/session-ctl';

sub ctl {
    my ($option, @words) = ref $_[-1] eq 'HASH' ? (pop, @_) : ({}, @_);
    -x $program or die "$program: build it first, or name it in TEST_SESSION_CTL\n";
    write_file('ctl.in', $option->{input} // '');
    my $folder = folder();
    my $pid = fork // croak "fork: $!";
    unless ($pid) {
        chdir $folder;
        open STDIN, '<', 'ctl.in';
        open STDOUT, '>', $option->{full} ? '/dev/full' : 'ctl.out';
        open STDERR, '>', 'ctl.err';
        exec $program, @words or POSIX::_exit(127);
    }
    waitpid $pid, 0;
    my $self = bless {status => $?, output => read_file("$folder/ctl.out"), errors => read_file("$folder/ctl.err")},
        __PACKAGE__;
    my ($leaked) = grep { index($self->{errors}, $_) >= 0 } Workspace::secrets();
    croak 'a secret on standard error' if defined $leaked;
    return $self;
}

# A token, of which no log may tell.
sub mint_by_ctl {
    my $token = ctl('mint', @_)->output =~ s/\n\z//r;
    keep_secret($token, $token =~ /([^.]+)$/);
    return $token;
}

# What the program exited with; a signal is no status of its own.
sub status { my ($self) = @_; $self->{status} & 127 ? "signal $self->{status}" : $self->{status} >> 8 }
sub output { $_[0]{output} }
sub errors { $_[0]{errors} }
sub lines { split /\n/, $_[0]{output} }

# Of each line; dies where one is no JSON.
sub json { my @all = map { JSON::PP->new->utf8->decode($_) } $_[0]->lines; wantarray ? @all : $all[0] }

1;
