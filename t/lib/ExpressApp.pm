# A running Express application with express-session, passport and connect-redis; see express_app.mjs.
#
#   my $app = ExpressApp->new($redis, secrets => ['v1'], prefix => 'mine:', max_age => 3_600_000);
#   … backend => $app->backend …
package ExpressApp;

use strict;
use warnings;

use Carp qw(croak);
use File::Basename qw(dirname);
use JSON::PP ();
use POSIX ();

use Npm;
use Workspace qw(folder read_file free_port);

sub new {
    my ($class, $redis, %option) = @_;
    my $folder = Npm::modules(qw(express@5.1.0 express-session@1.18.2 connect-redis@9.0.0 redis@5.8.2 passport@0.7.0));
    my $self = bless {port => free_port(), owner => $$}, $class;
    my $secrets = JSON::PP->new->encode([map { read_file(folder() . "/$_.key") } @{$option{secrets}}]);
    my $source = read_file(dirname(__FILE__) . '/express_app.mjs');
    my $pid = open my $output, '-|';
    croak "fork: $!" unless defined $pid;
    unless ($pid) {
        chdir $folder;
        exec 'node', '--input-type=module', '--eval', $source, '--', $self->{port}, $redis->port, $secrets,
            $option{prefix} // '-', $option{max_age} // 3_600_000 or POSIX::_exit(127);
    }
    @$self{qw(pid output)} = ($pid, $output);
    (<$output> // '') eq "ready\n" or croak 'the Express application does not start';
    return $self;
}

sub backend { "location / { proxy_pass http://127.0.0.1:$_[0]{port}; proxy_set_header X-User \$http_x_user; }" }

sub DESTROY {
    my ($self) = @_;
    local ($?, $!);
    return unless $self->{owner} == $$ && $self->{pid};
    kill TERM => $self->{pid};
    waitpid delete $self->{pid}, 0;
}

1;
