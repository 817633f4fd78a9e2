# The packaged nginx with the module, in the workspace's folder, on a free loopback port.
#
#   my $nginx = Nginx->new(realm => 'key v1 file=v1.key; cookie access_token;', locations => '…');
#
# Settings, all optional: realm (the body of `session_realm app`), realms (name => body), locations, server,
# http, main, backend (blocks of text), echo (what the backend answers), workers, tls, http2, env.
# Paths in the text are relative to the workspace's folder, where write_file and new_key put theirs.
package Nginx;

use strict;
use warnings;

use Carp qw(croak);
use Cwd qw(abs_path);
use File::Basename qw(dirname);
use POSIX qw(:sys_wait_h);
use Time::HiRes qw(sleep time);

use Certificates ();
use Client;
use RedisServer ();
use Workspace qw(folder write_file read_file free_port patience wait_until);

my @all;
my $module = $ENV{TEST_NGINX_MODULE}
    // abs_path(dirname(__FILE__) . '/../..') . '/build/ngx_http_auth_session_module.so';
my $binary = $ENV{TEST_NGINX_BINARY} // (grep {-x} qw(/usr/sbin/nginx /usr/local/sbin/nginx))[0] // 'nginx';

sub all { grep { $_->{started} } @all }

sub new {
    my ($class, %setting) = @_;
    my $self = $class->prepare(%setting);
    $self->start;
    return $self;
}

# Written, not started.
sub prepare {
    my ($class, %setting) = @_;
    -e $module or die "$module: build the module first, or name it in TEST_NGINX_MODULE\n";
    my $self = bless {setting => \%setting, number => 1 + @all, owner => $$, allowed => [], mark => 0,
        port => free_port(), tls_port => $setting{tls} ? free_port() : undef}, $class;
    $self->{prefix} = folder() . "/nginx$self->{number}";
    mkdir $self->{prefix};
    mkdir "$self->{prefix}/sanitizer";
    chmod 01777, "$self->{prefix}/sanitizer";
    push @all, $self;
    $self->write_configuration;
    return $self;
}

# `nginx -t` of such a configuration: whether it is good, and what it says.
sub check {
    my ($class, %setting) = @_;
    my $self = $class->prepare(%setting);
    return $self->test_configuration;
}

sub port { $_[0]{port} }
sub tls_port { $_[0]{tls_port} }
sub prefix { $_[0]{prefix} }
sub pid { $_[0]{pid} }

sub write_configuration {
    my ($self, %changes) = @_;
    %{$self->{setting}} = (%{$self->{setting}}, %changes);
    $self->{file} = write_file("nginx$self->{number}.conf", $self->configuration);
}

sub configuration {
    my ($self) = @_;
    my %s = (realms => {}, workers => 1, echo => '$session_user', server => '', http => '', main => '',
        locations => 'location / { auth_session app; proxy_pass http://backend; }',
        backend => 'location / { return 200 $http_x_echo; }', %{$self->{setting}});
    my %realms = (%{$s{realms}}, defined $s{realm} ? (app => $s{realm}) : ());
    my $realms = join "\n", map {"session_realm $_ { $realms{$_} }"} sort keys %realms;
    my $user = $> == 0 ? 'user nobody ' . getgrgid((getpwnam 'nobody')[3]) . ';' : '';
    my $tls = $s{tls} ? "listen 127.0.0.1:$self->{tls_port} ssl http2;" . Certificates::nginx_lines() : '';
    my $http2 = $s{http2} ? ' http2' : '';
    my $temporary = join ' ', map {"${_}_temp_path $self->{prefix}/$_;"} qw(client_body proxy fastcgi uwsgi scgi);
    return <<"CONF";
load_module $module;
$user
worker_processes $s{workers};
daemon off;
pid $self->{prefix}/nginx.pid;
error_log $self->{prefix}/error.log info;
$s{main}
events { worker_connections 1024; }
http {
    $temporary
    log_format test '\$request_method \$uri \$status \$session_status \$session_user';
    access_log $self->{prefix}/access.log test;
    proxy_set_header X-Echo "$s{echo}";
    upstream backend { server unix:$self->{prefix}/backend.sock; }
    $realms
    $s{http}
    server { listen unix:$self->{prefix}/backend.sock; access_log off; $s{backend} }
    server {
        listen 127.0.0.1:$self->{port}$http2;
        $tls
        server_name localhost;
        add_header X-Reason \$session_status always;
        $s{server}
        $s{locations}
    }
}
CONF
}

sub command { ($binary, '-p', $_[0]{prefix}, '-c', $_[0]{file}) }

# Replaces this process, a fresh child, by nginx.
sub become_nginx {
    my ($self, @arguments) = @_;
    my $log = "log_path=$self->{prefix}/sanitizer/report";
    %ENV = (%ENV, %{$self->{setting}{env} // {}});
    $ENV{LD_PRELOAD} = $ENV{TEST_NGINX_PRELOAD} if $ENV{TEST_NGINX_PRELOAD};
    $ENV{$_} = join ':', grep { defined } $ENV{$_}, $log for qw(ASAN_OPTIONS UBSAN_OPTIONS);

    # Workers of another user read the list too, and may not where the sources are.
    my $copy = "$self->{prefix}/lsan.suppressions";
    $ENV{LSAN_OPTIONS} =~ s/\bsuppressions=\K([^:]+)/write_file($copy, read_file($1), 0644)/e if $ENV{LSAN_OPTIONS};
    open STDERR, '>>', "$self->{prefix}/stderr";
    open STDOUT, '>&', \*STDERR;
    exec $self->command, @arguments or POSIX::_exit(127);
}

sub test_configuration {
    my ($self) = @_;
    my $before = -s "$self->{prefix}/stderr" // 0;
    my $pid = fork // croak "fork: $!";
    $self->become_nginx('-t') unless $pid;
    waitpid $pid, 0;
    my $good = $? == 0;
    my $output = read_file("$self->{prefix}/stderr", $before);
    return wantarray ? ($good, $output) : $output;
}

sub start {
    my ($self) = @_;
    unlink "$self->{prefix}/backend.sock";
    $self->{pid} = fork // croak "fork: $!";
    $self->become_nginx unless $self->{pid};
    $self->{started} = 1;
    wait_until { $self->gone || $self->answers } 20;
    die "nginx does not start:\n" . read_file("$self->{prefix}/stderr") . $self->log unless $self->answers;
    # `strict` takes nothing back before it has made sure which server it is that it asks.
    sleep patience(0.4) if $self->configuration =~ /revocation strict/;
    return $self;
}

sub answers {
    my ($self) = @_;
    return $self->workers && IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $self->{port});
}

# Whether the master is no more; reaps it.
sub gone {
    my ($self) = @_;
    return 1 unless $self->{pid};
    return 0 unless waitpid($self->{pid}, WNOHANG) == $self->{pid};
    $self->{exit} = $?;
    delete $self->{pid};
    return 1;
}

# Process ids of the workers, those that only finish what they began left out unless `all` is asked for.
sub workers {
    my ($self, $all) = @_;
    my @workers;
    for my $pid (map {/(\d+)$/} glob '/proc/[0-9]*') {
        next unless read_file("/proc/$pid/stat") =~ /\) \S (\d+) / && $1 == ($self->{pid} // 0);
        my $title = read_file("/proc/$pid/cmdline");
        push @workers, $pid if $title =~ /worker process/ && ($all || $title !~ /shutting down/);
    }
    return @workers;
}

# Applies changed settings, as `nginx -s reload`. True when the new workers serve (with `drained`: and the
# old ones have gone), false when nginx refused the configuration and kept the old one.
sub reload {
    my ($self, %changes) = @_;
    my $drained = delete $changes{drained};
    my %old = map { $_ => 1 } $self->workers('all');
    my $mark = -s "$self->{prefix}/error.log";
    $self->write_configuration(%changes);
    kill HUP => $self->{pid};
    my $outcome = wait_until {
        return 'refused' if read_file("$self->{prefix}/error.log", $mark) =~ /\[emerg\]/;
        my @workers = $self->workers;
        return if !@workers || grep { $old{$_} } $drained ? $self->workers('all') : @workers;
        return 'serving';
    } 20;
    croak 'nginx neither reloads nor refuses' unless $outcome;
    return $outcome eq 'serving';
}

# A graceful end; true when it came in time, with exit status 0.
sub quit {
    my ($self, $seconds) = @_;
    return 1 unless $self->{pid};
    kill QUIT => $self->{pid};
    my $gone = wait_until { $self->gone } $seconds // 10;
    $self->stop unless $gone;
    return $gone && $self->{exit} == 0;
}

sub stop {
    my ($self) = @_;
    return unless $self->{pid};
    kill TERM => $self->{pid};
    wait_until { $self->gone } 5 and return;
    kill KILL => $self->workers('all'), $self->{pid};
    waitpid delete $self->{pid}, 0;
}

sub DESTROY {
    my ($self) = @_;
    local ($?, $!);
    $self->stop if $self->{owner} == $$;
}
END { local $?; $_->DESTROY for @all }

# Logs. `log` is what the error log got since the last `forget_log`.
sub whole_log { read_file("$_[0]{prefix}/error.log") }
sub log { read_file("$_[0]{prefix}/error.log", $_[0]{mark}) }
sub forget_log { $_[0]{mark} = -s "$_[0]{prefix}/error.log" // 0 }
sub access_log { read_file("$_[0]{prefix}/access.log") }
sub log_lines { my ($self, $pattern) = @_; grep {/$pattern/} split /^/, $self->log }
sub wait_for_log { my ($self, $pattern, $seconds) = @_; wait_until { $self->log =~ $pattern } $seconds }

# A line of level alert, crit or emerg that the test provokes.
sub allow_log { my ($self, @patterns) = @_; push @{$self->{allowed}}, @patterns }

sub bad_log_lines {
    my ($self) = @_;
    my @bad = grep {/\[(?:alert|crit|emerg)\]/} split /^/, $self->whole_log;
    @bad = grep { !/\[crit\].* redis .+ was emptied or replaced: / } @bad if $RedisServer::emptied;
    for my $pattern (@{$self->{allowed}}) { @bad = grep { !/$pattern/ } @bad }
    return @bad;
}

sub sanitizer_findings {
    my ($self) = @_;
    my @reports = map { read_file($_) } glob "$self->{prefix}/sanitizer/*";
    return join '', @reports, grep {/runtime error:|Sanitizer/} split /^/, read_file("$self->{prefix}/stderr");
}

# Requests, each on a connection of its own.
sub connect { my ($self, %option) = @_; Client->connect(port => $self->{port}, %option) }

sub tls_connect { my ($self) = @_; Client->connect(port => $self->{tls_port}, tls => 1) }

sub request {
    my ($self, $method, @rest) = @_;
    my $tls = grep { ref && $_->{tls} } @rest;
    my $client = $tls ? $self->tls_connect : $self->connect;
    $client->send(Client::format_request($method, @rest));
    return $client->response(head => $method eq 'HEAD')
        // Response->new("HTTP/1.1 000 no response\r\n");
}

sub get { my ($self, $path, @headers) = @_; $self->request('GET', $path, @headers) }
sub post { my ($self, $path, @headers) = @_; $self->request('POST', $path, @headers) }

# As a browser that goes to a page.
sub navigate { my ($self, $path, @headers) = @_; $self->get($path, 'Sec-Fetch-Mode: navigate', @headers) }

1;
