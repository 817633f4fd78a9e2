# A running Flask API that signs its tokens with a key of the test's; see flask_app.py.
#
#   my $app = FlaskApp->new('v1');
#   … application => $app->address …
#   $app->deploy('v2');                # the same place, another secret
package FlaskApp;

use strict;
use warnings;

use Carp qw(croak);
use File::Basename qw(dirname);
use POSIX ();

use Workspace qw(folder free_port);

my $python = -x '/usr/bin/python3' ? '/usr/bin/python3' : 'python3';

sub new {
    my ($class, $key) = @_;
    my $self = bless {port => free_port(), owner => $$}, $class;
    $self->deploy($key) or croak 'the Flask application does not start';
    return $self;
}

sub address { "127.0.0.1:$_[0]{port}" }

# Whether it starts with that key as its secret.
sub deploy {
    my ($self, $key) = @_;
    $self->stop;
    my $pid = open my $output, '-|';
    croak "fork: $!" unless defined $pid;
    unless ($pid) {
        open STDERR, '>>', folder() . '/flask.log';
        exec $python, dirname(__FILE__) . '/flask_app.py', $self->{port}, folder() . "/$key.key", $key
            or POSIX::_exit(127);
    }
    @$self{qw(pid output)} = ($pid, $output);
    return 1 if (<$output> // '') eq "ready\n";
    $self->stop;
    return 0;
}

sub stop {
    my ($self) = @_;
    return unless $self->{pid};
    kill TERM => $self->{pid};
    waitpid delete $self->{pid}, 0;
}

sub DESTROY {
    my ($self) = @_;
    local ($?, $!);
    $self->stop if $self->{owner} == $$;
}

1;
